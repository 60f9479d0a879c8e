"""What deciding gives: the outputs, what was looked at, which rules answered, and what went missing on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.feel import Budget, Function, Value, Warned


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """A rule that answered; `index` counts rows from 1, `decision` is the id of the decision or function it is in."""

    rule_id: str
    index: int
    annotation: str
    decision: str


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer: `outputs` is one value, a context when the decision gives several, or a list of these.

    `inputs` are the values the decision's table saw, by the label of their column; for other logic those of what it
    requires, by name. `matched` are the rules of the decision itself that answered, `required` those of the decisions
    and functions that it used, each rule once; `required_inputs` is what the tables of these saw. `warnings` say why
    parts became null, the first twenty of them.
    """

    decision_id: str
    outputs: Value
    inputs: dict[str, Value]
    matched: tuple[MatchedRule, ...]
    required: tuple[MatchedRule, ...] = ()
    warnings: tuple[Warned, ...] = ()
    required_inputs: dict[str, dict[str, Value]] = field(default_factory=dict)


def kept(value: Value) -> Value:
    """A value as it leaves the decision, for facts and history: a function in it, which no record can hold, is null.

    FeelLimitError when the value has more parts than one evaluation may make.
    """
    Budget().check_value(value)
    return _without_functions(value)


def _without_functions(value: Value) -> Value:
    if isinstance(value, list):
        return [_without_functions(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_functions(part) for name, part in value.items()}
    return None if isinstance(value, Function) else value
