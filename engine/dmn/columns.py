"""What a decision table is made of: input columns, output columns and rules, each with its source for the editor."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.run import Frame
from engine.dmn.types import ANY, Misfit, Type, fitted
from engine.feel import Expression, UnaryTests, Value, kind_of


@dataclass(frozen=True, slots=True)
class Input:
    """An input column; `type` as written, `accepts` its allowed values, None when all are; `kind` what type means."""

    label: str
    expression: Expression
    type: str
    accepts: UnaryTests | None
    kind: Type = ANY

    def taken(self, value: Value, frame: Frame) -> tuple[Value, str]:
        """The value as the column tests it, and why it does not take it; null is taken by every column."""
        found = fitted(value, self.kind, frame.run.budget)
        if isinstance(found, Misfit):
            return None, f"is a {kind_of(value)}, but the column takes {self._wanted()}"
        if self.accepts is not None and not _within(self.accepts, found, frame):
            return None, f"is not an allowed value; allowed: {self.accepts.source}"
        return found, ""

    def _wanted(self) -> str:
        allowed = " and ".join(tests.source for tests in self.kind.allowed)
        return f"{self.kind.name}: {allowed}" if allowed else self.kind.name


@dataclass(frozen=True, slots=True)
class Output:
    """An output column; `values` are those allowed, by priority; `default` answers when no rule does.

    `type` is as written; `accepts` are the tests of the allowed values, None when all are; `kind` what type means.
    """

    name: str
    type: str
    values: tuple[Value, ...]
    default: Expression | None
    accepts: UnaryTests | None = None
    kind: Type = ANY

    def allows(self, value: Value, frame: Frame) -> bool:
        """Whether a rule may give this value; an output left empty is always allowed."""
        return self.accepts is None or _within(self.accepts, value, frame)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a test for each input, an expression for each output, and what its author noted."""

    rule_id: str
    index: int
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Expression, ...]
    annotation: str


def _within(tests: UnaryTests, value: Value, frame: Frame) -> bool:
    """Whether a value is null or meets the tests; a list when each of its items does."""
    if value is None or tests.holds_within(frame.run.budget, value, frame.scope):
        return True
    return isinstance(value, list) and all(_within(tests, item, frame) for item in value)
