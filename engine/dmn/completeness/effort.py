"""How much work an analysis may be: what is left of it, and the refusal when that is spent."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel import Budget, Expression, UnaryTests, Value


class EffortSpent(Exception):
    """An analysis, or a part of it, that was given up."""


@dataclass(slots=True)
class Effort:
    """How many pieces may still be looked at, and steps be spent in cells; a million takes about a second.

    Of a part, `whole` is what it is a part of.
    """

    left: int
    whole: Effort | None = None

    def spend(self, pieces: int) -> None:
        """Take some; EffortSpent when there are not enough."""
        self.left -= pieces
        if self.left < 0:
            raise EffortSpent
        if self.whole is not None:
            self.whole.spend(pieces)

    def part(self, most: int) -> Effort:
        """The effort for one of several questions: no more than `most`, and no more than is left for all."""
        return Effort(most, self)

    def ask(self, tests: UnaryTests, value: Value) -> bool:
        """Whether tests that read no facts accept a value; FeelLimitError when they go beyond a limit."""
        budget = Budget(tests.limits)
        try:
            return tests.holds_within(budget, value, {})
        finally:
            self.spend(1 + tests.limits.steps - budget.steps)

    def evaluate(self, expression: Expression) -> Value:
        """What an expression that reads no facts gives; FeelLimitError when it goes beyond a limit."""
        budget = Budget(expression.limits)
        try:
            return expression.evaluate_within(budget, {})
        finally:
            self.spend(1 + expression.limits.steps - budget.steps)
