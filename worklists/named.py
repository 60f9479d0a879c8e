"""Rows that a question names: bound as one text, so that a statement is the same however many they are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def is_named(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether a column's value is one of those that are bound as ``name``, written by `as_named`."""
    return column.op("IN", is_comparison=True, return_type=Boolean())(_Each(bindparam(name, type_=Text())))


def has_key(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """As `is_named`, of a table's key: each row is looked up, where PostgreSQL would read thousands."""
    return _HasKey(column, bindparam(name, type_=Text()))


def as_named(values: Iterable[str]) -> str:
    """What is bound for `is_named` and `has_key`."""
    return json.dumps(list(values))


class _Each(FunctionElement[str]):
    """The values of a list in JSON, as rows."""

    name = "each"
    inherit_cache = True
    type = Text()


class _HasKey(FunctionElement[bool]):
    """A key, and the list in JSON that it is looked for in."""

    name = "has_key"
    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> Any:
        return self  # not as a value that is compared with 1, for which SQLite would read the whole table


@compiles(_Each)
def _on_sqlite(element: _Each, compiler: SQLCompiler, **given: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **given)}))"


@compiles(_Each, "postgresql")
def _on_postgresql(element: _Each, compiler: SQLCompiler, **given: Any) -> str:
    return f"(SELECT json_array_elements_text(CAST({compiler.process(element.clauses, **given)} AS JSON)))"


@compiles(_HasKey)
def _is_among(element: _HasKey, compiler: SQLCompiler, **given: Any) -> str:
    key, names = element.clauses
    return f"{compiler.process(key, **given)} IN {_on_sqlite(_Each(names), compiler, **given)}"


@compiles(_HasKey, "postgresql")
def _is_any(element: _HasKey, compiler: SQLCompiler, **given: Any) -> str:
    # How long an array is cannot be known to the planner, who takes it for short and goes by the index.
    key, names = element.clauses
    return f"{compiler.process(key, **given)} = ANY (ARRAY{_on_postgresql(_Each(names), compiler, **given)})"
