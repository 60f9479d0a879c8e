"""How much an expression may ask for, and the budget that one evaluation spends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.feel.errors import FeelLimitError
from engine.feel.trace import Trace

_WARNINGS_KEPT: Final = 20
_CHARACTERS_PER_STEP: Final = 16


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one expression: characters, nesting levels, steps, characters of a string, items of a list.

    Numbers are bounded by the decimal128 format itself: 34 digits, exponents to 6144.
    """

    source: int = 4_000
    depth: int = 64
    steps: int = 100_000
    string: int = 100_000
    items: int = 10_000


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Warned:
    """Why a part of an expression became null; the part goes from its first character to the one after its last."""

    reason: str
    start: int
    end: int

    def __str__(self) -> str:
        return self.reason


class Budget:
    """What is left of one evaluation's steps, and the warnings it has collected so far.

    Steps are spent where work repeats (loops, filters, calls, long values), never by plain operators:
    without repetition the work is bounded by the length of the source.
    """

    __slots__ = ("calls", "limits", "steps", "trace", "unplaced", "warnings")

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self.steps = limits.steps
        self.calls = 0
        self.warnings: list[Warned] = []
        self.unplaced: list[str] = []
        self.trace: Trace | None = None

    def charge(self, steps: int) -> None:
        """Spend `steps`; FeelLimitError when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise FeelLimitError("evaluation step", self.limits.steps, "loop over fewer or shorter lists")

    def charge_text(self, length: int) -> None:
        """Spend for reading or making a string of `length` characters; FeelLimitError when it is too long."""
        if length > self.limits.string:
            raise FeelLimitError("string length", self.limits.string, "join or repeat less text")
        self.charge(length // _CHARACTERS_PER_STEP)

    def charge_items(self, length: int) -> None:
        """Spend for reading or making a list of `length` items; FeelLimitError when it is too long."""
        if length > self.limits.items:
            raise FeelLimitError("list size", self.limits.items, "use a shorter list or range")
        self.charge(length)

    def check_depth(self, depth: int) -> None:
        """FeelLimitError when a value is nested deeper than an expression may be."""
        if depth > self.limits.depth:
            raise FeelLimitError("nesting depth", self.limits.depth, "use flatter lists and contexts")

    def check_value(self, value: object, depth: int = 0) -> None:
        """Spend for every part of a value that leaves the expression, however its parts are shared."""
        if isinstance(value, (list, dict)):
            self.check_depth(depth)
            self.charge(len(value))
            for part in value.values() if isinstance(value, dict) else value:
                self.check_value(part, depth + 1)

    def enter_call(self) -> None:
        """Go into the body of a function definition; pair it with `leave_call`."""
        self.calls += 1
        if self.calls > self.limits.depth // 4:
            hint = "call fewer functions inside one another; one of your own may not call itself for ever"
            raise FeelLimitError("function call depth", self.limits.depth // 4, hint)

    def leave_call(self) -> None:
        """Come back from the body of a function definition."""
        self.calls -= 1

    def warn(self, reason: str) -> None:
        """Remember why something became null; the part of the source that is evaluated now will say where."""
        if len(self.unplaced) < _WARNINGS_KEPT:
            self.unplaced.append(reason)

    def place(self, span: tuple[int, int]) -> None:
        """Say where the reasons belong that were given since the last call; the first twenty warnings are kept."""
        if len(self.warnings) < _WARNINGS_KEPT:
            self.warnings += [Warned(reason, *span) for reason in self.unplaced]
        self.unplaced.clear()
