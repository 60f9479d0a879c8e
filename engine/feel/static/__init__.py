"""What is wrong with an expression before it is evaluated: names, kinds, and comparisons that are never true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.feel.functions import Builtin
from engine.feel.nodes import Node
from engine.feel.static.inference import Site, infer
from engine.feel.static.names import Names
from engine.feel.static.problems import CHECKS, NEVER_TRUE, UNKNOWN_NAME, UNKNOWN_PROPERTY, WRONG_TYPE, Problem
from engine.feel.static.types import (
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_AND_TIME,
    DAYS,
    NUMBER,
    STRING,
    Type,
    bounded,
    choice_of,
    context_of,
    joined,
    list_of,
)

__all__ = [
    "ANY",
    "BOOLEAN",
    "CHECKS",
    "CONTEXT",
    "DATE",
    "DATE_AND_TIME",
    "DAYS",
    "NEVER_TRUE",
    "NUMBER",
    "STRING",
    "UNKNOWN_NAME",
    "UNKNOWN_PROPERTY",
    "WRONG_TYPE",
    "Checked",
    "Names",
    "Problem",
    "Type",
    "bounded",
    "check",
    "choice_of",
    "context_of",
    "joined",
    "list_of",
]


@dataclass(frozen=True, slots=True)
class Checked:
    """The type of an expression's value, and its problems in the order of the source."""

    type: Type
    problems: tuple[Problem, ...]


def check(
    tree: Node, names: Names, *, signatures: Mapping[str, tuple[Builtin, ...]] | None = None, asked: Type | None = None
) -> Checked:
    """Check a compiled expression's tree against the names there are.

    `signatures` declare the caller's own functions, `asked` is the type of a decision table's column for a cell of it.
    """
    problems: list[Problem] = []
    site = Site(names, signatures or {}, problems)
    if asked is not None:
        site = site.binding_all({"?": asked})
    type_ = infer(tree, site)
    return Checked(type_, tuple(sorted(set(problems), key=lambda problem: (problem.start, problem.end))))
