"""What each part of an expression gave while it was evaluated, as a tree that follows the source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from engine.feel.values import Value

_STEPS_KEPT: Final = 1_000


@dataclass(slots=True)
class Step:
    """A part of the source, from its first character to the one after its last, with its value and its own parts.

    A part that is evaluated again and again, such as the body of a loop, stands there once for each time.
    """

    start: int
    end: int
    value: Value = None
    parts: list[Step] = field(default_factory=list)


class Trace:
    """Collects steps; beyond a thousand nothing more is kept, so that a loop cannot fill the memory."""

    def __init__(self) -> None:
        self.root = Step(0, 0)
        self._open = [self.root]
        self._kept = 0

    def enter(self, span: tuple[int, int]) -> Step:
        """Begin a part; end it with `leave`."""
        step = Step(*span)
        if self._kept < _STEPS_KEPT:
            self._open[-1].parts.append(step)
            self._kept += 1
        self._open.append(step)
        return step

    def leave(self, step: Step, value: Value) -> None:
        """End a part with its value."""
        step.value = value
        self._open.pop()
