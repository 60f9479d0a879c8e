"""A decision table as a value: its columns, its rules, and how it decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.dmn.errors import DecisionConflict
from engine.dmn.hits import aggregate, by_output_order, by_priority
from engine.feel import Budget, Expression, UnaryTests, Value, to_text


class HitPolicy(StrEnum):
    """How many rules may match, and which of them answer (DMN 8.2.8); the letters of the standard."""

    UNIQUE = "U"
    ANY = "A"
    PRIORITY = "P"
    FIRST = "F"
    RULE_ORDER = "R"
    OUTPUT_ORDER = "O"
    COLLECT = "C"
    SUM = "C+"
    MIN = "C<"
    MAX = "C>"
    COUNT = "C#"


_LISTS = (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT)
_AGGREGATES = (HitPolicy.SUM, HitPolicy.MIN, HitPolicy.MAX, HitPolicy.COUNT)


@dataclass(frozen=True, slots=True)
class Input:
    """An input column; `accepts` are its allowed values, None when all are."""

    label: str
    expression: Expression
    type: str
    accepts: UnaryTests | None


@dataclass(frozen=True, slots=True)
class Output:
    """An output column; `values` are those allowed, by priority; `default` answers when no rule does."""

    name: str
    type: str
    values: tuple[Value, ...]
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a test for each input, an expression for each output, and what its author noted."""

    rule_id: str
    index: int
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Expression, ...]
    annotation: str


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """A rule that answered; `index` counts rows from 1."""

    rule_id: str
    index: int
    annotation: str


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer: `outputs` is one value, a context when the table has several outputs, or a list of these.

    `inputs` are the values the table saw, by the label of their column; `matched` the rules that answered.
    """

    decision_id: str
    outputs: Value
    inputs: dict[str, Value]
    matched: tuple[MatchedRule, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A compiled decision table."""

    decision_id: str
    name: str
    hit_policy: HitPolicy
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the output columns, from left to right."""
        return tuple(output.name for output in self.outputs)

    @property
    def names(self) -> frozenset[str]:
        """The facts that the table reads, dotted, wherever they stand in it."""
        parts: list[Expression | UnaryTests] = [column.expression for column in self.inputs]
        parts += [column.default for column in self.outputs if column.default is not None]
        for rule in self.rules:
            parts += [*rule.tests, *rule.outputs]
        return frozenset().union(*(part.names for part in parts))

    def decide(self, scope: Mapping[str, Value]) -> Decision:
        """The answer for these facts; when no rule matches, the default outputs, else null or an empty list.

        DecisionConflict when rules match that must not, or an input is not one of its allowed values.
        """
        budget = Budget()  # one for all cells, so that a large table is as bounded as one expression
        values = [column.expression.evaluate_within(budget, scope) for column in self.inputs]
        self._check_inputs(values, scope)
        rules = [rule for rule in self.rules if _matches(rule, values, scope, budget)]
        inputs = {column.label: value for column, value in zip(self.inputs, values, strict=True)}
        if not rules:
            return Decision(self.decision_id, self._default(scope), inputs, ())
        outputs, chosen = self._answer(rules, scope, budget)
        matched = tuple(MatchedRule(rule.rule_id, rule.index, rule.annotation) for rule in chosen)
        return Decision(self.decision_id, outputs, inputs, matched)

    def _check_inputs(self, values: Sequence[Value], scope: Mapping[str, Value]) -> None:
        for column, value in zip(self.inputs, values, strict=True):
            if value is not None and column.accepts is not None and not column.accepts.holds(value, scope):
                reason = f"do not apply: {to_text(value)} is not an allowed value of '{column.label}'"
                raise DecisionConflict(self.decision_id, self.hit_policy, ("*",), reason)

    def _answer(self, rules: list[Rule], scope: Mapping[str, Value], budget: Budget) -> tuple[Value, list[Rule]]:
        policy = self.hit_policy
        if policy is HitPolicy.FIRST:
            rules = rules[:1]
        if policy is HitPolicy.UNIQUE and len(rules) > 1:
            raise self._conflict(rules[:2], "match together, but at most one may")
        rows = [tuple(output.evaluate_within(budget, scope) for output in rule.outputs) for rule in rules]
        if policy is HitPolicy.ANY and any(row != rows[0] for row in rows):
            other = next(index for index, row in enumerate(rows) if row != rows[0])
            raise self._conflict([rules[0], rules[other]], "match together with different outputs")
        ranks = [column.values for column in self.outputs]
        if policy is HitPolicy.PRIORITY:
            best = by_priority(rows, ranks)
            return self._shaped(rows[best]), [rules[best]]
        if policy in _AGGREGATES:
            return aggregate(policy.value[1], [row[0] for row in rows]), rules
        if policy is HitPolicy.OUTPUT_ORDER:
            places = by_output_order(rows, ranks)
            return [self._shaped(rows[place]) for place in places], [rules[place] for place in places]
        if policy in _LISTS:
            return [self._shaped(row) for row in rows], rules
        return self._shaped(rows[0]), rules

    def _conflict(self, rules: list[Rule], reason: str) -> DecisionConflict:
        return DecisionConflict(self.decision_id, self.hit_policy, tuple(rule.rule_id for rule in rules), reason)

    def _shaped(self, row: Sequence[Value]) -> Value:
        return row[0] if len(row) == 1 else dict(zip(self.output_names, row, strict=True))

    def _default(self, scope: Mapping[str, Value]) -> Value:
        if any(column.default is not None for column in self.outputs):
            return self._shaped([column.default.evaluate(scope) if column.default else None for column in self.outputs])
        if self.hit_policy is HitPolicy.COUNT:
            return Decimal(0)
        return [] if self.hit_policy in _LISTS else None


def _matches(rule: Rule, values: Sequence[Value], scope: Mapping[str, Value], budget: Budget) -> bool:
    return all(test.holds_within(budget, value, scope) for test, value in zip(rule.tests, values, strict=True))
