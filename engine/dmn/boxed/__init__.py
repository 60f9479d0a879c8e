"""Boxed expressions, the logic of decisions and functions: a registry, one kind of element a file."""

from __future__ import annotations

from engine.dmn.boxed import (
    conditional,
    context,
    decision_table,
    filtering,
    function,
    invocation,
    lists,
    literal,
    loop,
    quantified,
    relation,
)
from engine.dmn.boxed.registry import Boxed, Typed, read_only

# Importing them registers their readers.
MODULES = (
    conditional,
    context,
    decision_table,
    filtering,
    function,
    invocation,
    lists,
    literal,
    loop,
    quantified,
    relation,
)

__all__ = ["MODULES", "Boxed", "Typed", "read_only"]
