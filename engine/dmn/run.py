"""What one evaluation of a decision carries along: its budget, the rules that matched, the names that it sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.dmn.answer import MatchedRule
from engine.dmn.scope import Local, Only
from engine.feel import Budget, Value
from engine.feel.functions.clock import CLOCK_FUNCTIONS


@dataclass(slots=True)
class Run:
    """One `decide`: everything that it evaluates spends from one budget, so that a whole file is bounded.

    A rule is noted once however often a loop asks for it, so that notes are bounded by the file.
    """

    scope: Mapping[str, Value]
    budget: Budget = field(default_factory=Budget)
    matched: dict[MatchedRule, None] = field(default_factory=dict)
    inputs: dict[str, dict[str, Value]] = field(default_factory=dict)

    @property
    def clock(self) -> Mapping[str, Value]:
        """What a function sees of the caller's scope: what today and now are, and no fact."""
        return Only(CLOCK_FUNCTIONS, self.scope)

    def note(self, decision: str, inputs: Mapping[str, Value], matched: tuple[MatchedRule, ...]) -> None:
        """Remember what a table saw and which of its rules answered."""
        self.inputs.setdefault(decision, {}).update(inputs)
        self.matched.update(dict.fromkeys(matched))

    def warn(self, reason: str) -> None:
        """Remember why something became null, where no part of one expression is to blame."""
        self.budget.warn(reason)
        self.budget.place((0, 0))


@dataclass(frozen=True, slots=True)
class Frame:
    """The names in scope at one place of a file, and the run that it belongs to."""

    scope: Mapping[str, Value]
    run: Run

    def binding(self, values: Mapping[str, Value]) -> Frame:
        """The same with these names in front."""
        return Frame(Local(values, self.scope), self.run)
