"""One thing that lint found: where, by which rule, how bad, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``severity`` error: the diagram is not run; warning: it runs, but a person should look.

    ``character`` counts from 1 in ``expression``, where the finding is about a part of one.
    """

    file: str
    element: str | None
    rule: str
    severity: Severity
    message: str
    hint: str
    line: int | None = None
    expression: str | None = None
    character: int | None = None
