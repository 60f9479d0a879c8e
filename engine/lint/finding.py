"""One thing that lint found: where, by which rule, how bad, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """``severity`` error: the diagram is not run; warning: it runs, but a person should look."""

    file: str
    element: str | None
    rule: str
    severity: Literal["error", "warning"]
    message: str
    hint: str
    line: int | None = None
