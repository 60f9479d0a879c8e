"""What is not as a scenario says: where, what was expected, what was found, and the tasks that were open."""

from __future__ import annotations

from dataclasses import dataclass

from care.errors import CareError
from engine.errors import ThroughlineError


class NotSo(Exception):
    """A line of a scenario does not hold; ``found`` is what was there instead."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


@dataclass(frozen=True, slots=True)
class Failure:
    """One line that does not hold. ``when`` is the local time of the scenario at which it was looked at."""

    place: str
    when: str
    expected: str
    found: str
    open_tasks: tuple[str, ...]

    def __str__(self) -> str:
        tasks = "; ".join(self.open_tasks) or "none"
        return (
            f"{self.place}, on {self.when}\n    expected  {self.expected}\n    found     {self.found}"
            f"\n    open      {tasks}"
        )


def fault_in_words(error: Exception) -> str:
    """What went wrong while a case was played: the message for people, or what Python calls it."""
    return error.message if isinstance(error, ThroughlineError | CareError) else str(error) or type(error).__name__
