"""How far a walk may go in one request: a draft whose timers never rest must not keep a web process busy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import Refused

MOST_ELEMENTS = 5_000  # a year of a shipped track goes through about 400


@dataclass(slots=True)
class Bounds:
    """Counts the elements that tokens go through."""

    passed_so_far: int = 0

    def passed(self, file: str, element: str, successors: Sequence[str]) -> None:
        """Raises Refused when there were too many."""
        self.passed_so_far += 1
        if self.passed_so_far > MOST_ELEMENTS:
            raise Refused(
                f"the walk has gone through {MOST_ELEMENTS:,} elements, at last '{element}' of {file}; "
                "a timer or a loop there may be without end: advance in smaller steps, or mend it"
            )
