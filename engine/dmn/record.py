"""What the record of a case keeps of a decision: its outputs by the names of facts, its rows, and one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from engine.dmn.answer import Decision, MatchedRule
from engine.dmn.model import DecisionModel
from engine.feel import Value, to_words

# A fact is read by its dotted name in diagrams, where nobody says that "Follow-up days" is one name.
_NO_NAME: Final = re.compile(r"[^\w.]+")


def facts_of(model: DecisionModel, decision: Decision) -> dict[str, Value]:
    """The outputs by name: one for each output, for contexts in them one for each entry, dotted."""
    outputs = decision.outputs
    if isinstance(outputs, dict):
        return dict(_flat(outputs, ""))
    # Without an answer every output is unknown now, whatever an earlier decision said.
    names = model.output_names if outputs is None else model.output_names[:1]
    return {fact_name(name): outputs for name in names}


def rows_of(matched: Iterable[MatchedRule]) -> list[dict[str, object]]:
    """The rules that answered, as history shows them."""
    return [{"rule": rule.rule_id, "row": rule.index, "annotation": rule.annotation} for rule in matched]


def required_rows_of(matched: Iterable[MatchedRule]) -> list[dict[str, object]]:
    """The rules that answered in what was required, with the decision or function that each is in."""
    rules = list(matched)
    return [{"decision": rule.decision, **row} for rule, row in zip(rules, rows_of(rules), strict=True)]


def sentence_of(model: DecisionModel, decision: Decision) -> str:
    """Which rows matched, with their notes; for other logic than a table, what it gave."""
    rows = ", ".join(
        f"row {rule.index} “{rule.annotation}”" if rule.annotation else f"row {rule.index}" for rule in decision.matched
    )
    if not rows:
        rows = "no row matched" if model.table is not None else to_words(decision.outputs)
    return f"{model.name}: {rows}"


def _flat(outputs: dict[str, Value], prefix: str) -> Iterator[tuple[str, Value]]:
    for name, value in outputs.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{fact_name(name)}.")
        else:
            yield prefix + fact_name(name), value


def fact_name(name: str) -> str:
    """The name under which an output becomes a fact: "Follow-up days" is Follow_up_days."""
    return _NO_NAME.sub("_", name).strip("_") or "_"
