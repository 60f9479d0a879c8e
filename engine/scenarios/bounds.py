"""How far one play may go: a draft whose timers never rest must not keep a server busy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.clock import stopwatch
from engine.errors import Refused
from engine.observer import Observer

MOST_ELEMENTS = 5_000  # a year of a shipped track goes through about 400
MOST_SECONDS = 60  # a scenario of a year takes half a second


@dataclass(slots=True)
class Bounds:
    """Counts the elements that tokens go through, and the seconds; ``also`` is another who watches them."""

    also: Observer | None = None
    seconds: Callable[[], float] = field(default_factory=stopwatch)
    passed_so_far: int = 0

    def passed(self, file: str, element: str, successors: Sequence[str]) -> None:
        """Raises Refused when there were too many, or when it takes too long."""
        self.passed_so_far += 1
        if self.passed_so_far > MOST_ELEMENTS:
            raise _endless(f"gone through {MOST_ELEMENTS:,} elements", file, element)
        if self.seconds() > MOST_SECONDS:
            raise _endless(f"taken {MOST_SECONDS} seconds", file, element)
        if self.also is not None:
            self.also.passed(file, element, successors)


def _endless(what: str, file: str, element: str) -> Refused:
    return Refused(
        f"the walk has {what}, at last '{element}' of {file}; "
        "a timer or a loop there may be without end: advance in smaller steps, or mend it"
    )
