"""What a lint rule is: its name, what it is for, and its check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.lint.diagram import Diagram, Sources, owner
from engine.lint.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    purpose: str
    check: Callable[[Diagram, Sources], Iterator[Finding]]


def owned(
    diagram: Diagram, element: Any, rule: str, severity: Severity, message: str, hint: str, expression: str, place: int
) -> Finding:
    """A finding on a character, counted from 0, of an expression of the element that ``element`` belongs to."""
    owning = owner(element)
    identity = None if owning is None else owning.get("id")
    line = element.sourceline
    return Finding(diagram.path, identity, rule, severity, message, hint, line, expression, place + 1)


def error(diagram: Diagram, element: Any, rule: str, message: str, hint: str) -> Finding:
    """A finding on the element that ``element`` belongs to."""
    owning = owner(element)
    identity = None if owning is None else owning.get("id")
    return Finding(diagram.path, identity, rule, "error", message, hint, element.sourceline)
