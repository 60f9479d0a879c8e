"""A decision table as a value: its columns, its rules, and how it decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from engine.dmn.answer import MatchedRule
from engine.dmn.columns import Input, Output, Rule
from engine.dmn.errors import DecisionConflict, DecisionMisfit
from engine.dmn.hits import Row, aggregate, by_output_order, other_than_first
from engine.dmn.run import Frame
from engine.dmn.types import coerced
from engine.feel import Expression, UnaryTests, Value, shown


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


LISTS: Final = (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT)
AGGREGATES: Final = (HitPolicy.SUM, HitPolicy.MIN, HitPolicy.MAX, HitPolicy.COUNT)
ORDERED: Final = (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)
_Answer: TypeAlias = "tuple[Value, list[Rule]]"


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A compiled decision table; `decision_id` is that of the decision or function whose logic it is part of."""

    decision_id: str
    name: str
    hit_policy: HitPolicy
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    file: str = ""

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the output columns, from left to right."""
        return tuple(output.name for output in self.outputs)

    @property
    def names(self) -> frozenset[str]:
        """The names that the table reads, dotted, wherever they stand in it."""
        return frozenset().union(*(part.names for part in self._parts()))

    @property
    def cost(self) -> int:
        """The steps that deciding costs where it is repeated: one for each cell, more for long ones."""
        return 1 + sum(1 + len(part.source) // 16 for part in self._parts())

    def evaluate(self, frame: Frame) -> Value:
        """The answer for the names of a frame; when no rule matches, the default outputs, else null or an empty list.

        DecisionConflict when rules match that must not, DecisionMisfit when a column does not take a value.
        """
        values = [self._input(column, frame) for column in self.inputs]
        rules = [rule for rule in self.rules if _matches(rule, values, frame)]
        outputs, chosen = self._answer(rules, frame) if rules else (self._default(frame), [])
        matched = tuple(MatchedRule(rule.rule_id, rule.index, rule.annotation, self.decision_id) for rule in chosen)
        seen = {column.label: value for column, value in zip(self.inputs, values, strict=True)}
        frame.run.note(self.decision_id, seen, matched)
        return outputs

    def _parts(self) -> list[Expression | UnaryTests]:
        parts: list[Expression | UnaryTests] = [column.expression for column in self.inputs]
        parts += [column.default for column in self.outputs if column.default is not None]
        for rule in self.rules:
            parts += [*rule.tests, *rule.outputs]
        return parts

    def _input(self, column: Input, frame: Frame) -> Value:
        written = column.expression.evaluate_within(frame.run.budget, frame.scope)
        value, refusal = column.taken(written, frame)
        if refusal:
            raise self._misfit("", f"input '{column.label}'", written, refusal)
        return value

    def _answer(self, rules: list[Rule], frame: Frame) -> _Answer:
        policy = self.hit_policy
        if policy is HitPolicy.FIRST:
            rules = rules[:1]
        if policy is HitPolicy.UNIQUE and len(rules) > 1:
            raise self._conflict(rules[:2], "match together, but at most one may")
        rows = [self._row(rule.outputs, rule.rule_id, frame) for rule in rules]
        if policy in ORDERED:
            return self._ordered(rules, rows)
        if policy in AGGREGATES:
            return aggregate(policy.value[1], [row[0] for row in rows], frame.run.budget), rules
        if policy in LISTS:
            return [self._shaped(row) for row in rows], rules
        other = other_than_first(rows) if policy is HitPolicy.ANY else None
        if other is not None:
            raise self._conflict([rules[0], rules[other]], "match together with different outputs")
        return self._shaped(rows[0]), rules

    def _ordered(self, rules: list[Rule], rows: Sequence[Row]) -> _Answer:
        places = by_output_order(rows, [column.values for column in self.outputs])
        if self.hit_policy is HitPolicy.PRIORITY:
            return self._shaped(rows[places[0]]), [rules[places[0]]]
        return [self._shaped(rows[place]) for place in places], [rules[place] for place in places]

    def _default(self, frame: Frame) -> Value:
        if any(column.default is not None for column in self.outputs):
            return self._shaped(self._row([column.default for column in self.outputs], "", frame))
        if self.hit_policy is HitPolicy.COUNT:
            return Decimal(0)
        return [] if self.hit_policy in LISTS else None

    def _row(self, cells: Sequence[Expression | None], rule: str, frame: Frame) -> Row:
        """What the cells of a rule give; with no rule, those of the default outputs."""
        return tuple(
            None if cell is None else self._output(column, cell, rule, frame)
            for column, cell in zip(self.outputs, cells, strict=True)
        )

    def _output(self, column: Output, cell: Expression, rule: str, frame: Frame) -> Value:
        value = cell.evaluate_within(frame.run.budget, frame.scope)
        if not column.allows(value, frame):
            place = f"{'' if rule else 'default of '}output '{column.name}'"
            raise self._misfit(rule, place, value, "is not one of its output values")
        return coerced(value, column.kind, frame.run, f"decision '{self.decision_id}', output '{column.name}'")

    def _shaped(self, row: Row) -> Value:
        return row[0] if len(row) == 1 else dict(zip(self.output_names, row, strict=True))

    def _conflict(self, rules: list[Rule], reason: str) -> DecisionConflict:
        ids = tuple(rule.rule_id for rule in rules)
        return DecisionConflict(self.file, self.decision_id, self.hit_policy, ids, reason)

    def _misfit(self, rule: str, column: str, value: Value, reason: str) -> DecisionMisfit:
        return DecisionMisfit(self.file, self.decision_id, self.hit_policy, rule, column, shown(value), reason)


def _matches(rule: Rule, values: Sequence[Value], frame: Frame) -> bool:
    budget, scope = frame.run.budget, frame.scope
    return all(test.holds_within(budget, value, scope) for test, value in zip(rule.tests, values, strict=True))
