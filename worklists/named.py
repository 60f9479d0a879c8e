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


def as_named(values: Iterable[str]) -> str:
    """What is bound for `is_named`."""
    return json.dumps(list(values))


class _Each(FunctionElement[str]):
    """The values of a list in JSON, as rows."""

    name = "each"
    inherit_cache = True
    type = Text()


@compiles(_Each)
def _on_sqlite(element: _Each, compiler: SQLCompiler, **given: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **given)}))"


@compiles(_Each, "postgresql")
def _on_postgresql(element: _Each, compiler: SQLCompiler, **given: Any) -> str:
    return f"(SELECT json_array_elements_text(CAST({compiler.process(element.clauses, **given)} AS JSON)))"
