"""A decision table with the values that its columns can have as their allowed values, where the facts say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.dmn import DecisionTable
from engine.dmn.columns import Input
from engine.feel import compile_unary_tests, to_text
from engine.feel.static import Type


def with_known_values(table: DecisionTable, types: Sequence[Type]) -> DecisionTable:
    """The table for looking at overlaps and gaps: a choice has no other option, a score no value beyond its bounds."""
    columns = [_bounded(column, type_) for column, type_ in zip(table.inputs, types, strict=True)]
    return replace(table, inputs=tuple(columns))


def _bounded(column: Input, type_: Type) -> Input:
    tests = _tests(type_)
    if column.accepts is not None or column.kind.allowed or not tests:
        return column
    return replace(column, accepts=compile_unary_tests(tests))


def _tests(type_: Type) -> str:
    if type_.allowed:
        return ", ".join(to_text(value) for value in type_.allowed)
    low, high = ("" if bound is None else to_text(bound) for bound in (type_.low, type_.high))
    if low and high:
        return f"[{low}..{high}]"
    return f">= {low}" if low else f"<= {high}" if high else ""
