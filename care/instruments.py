"""What an instrument's answers score, and how its items are asked."""

from __future__ import annotations

from typing import Any

from care.errors import AnswerError, InstrumentError
from care.instrument_documents import instrument_from
from care.questionnaires import Band, Change, Instrument, Item, Option, Score
from care.scoring import RULES
from care.scoring.answers import Answers

__all__ = [
    "AnswerError",
    "Band",
    "Change",
    "Instrument",
    "InstrumentError",
    "Item",
    "Option",
    "Score",
    "instrument_from",
    "item_schema",
    "score",
]


def score(instrument: Instrument, answers: Answers) -> Score:
    """Scores answers (one an item, in order; None where unanswered) by the instrument's own rule.

    Raises AnswerError, naming the item and what is allowed, for a wrong number of answers, an answer out of
    range, or more unanswered items than the rule permits.
    """
    missing = _missing(instrument, answers)
    scoring = instrument.scoring
    points = RULES[scoring.rule](instrument, answers)
    return Score(
        raw=points.raw,
        score=points.score,
        band=instrument.band(points.score),
        missing=missing,
        rule=scoring.rule,
        unit=instrument.unit,
        source=instrument.source,
        domains=points.domains,
    )


def item_schema(item: Item) -> dict[str, Any]:
    """The item as JSON Schema 2020-12: an integer with `oneOf` titles, or a range with described ends."""
    schema: dict[str, Any] = {"type": "integer", "title": item.label}
    if item.introduction:
        schema["description"] = item.introduction
    if item.options:
        schema["oneOf"] = [{"const": option.value, "title": option.label} for option in item.options]
        return schema
    schema |= {"minimum": item.minimum, "maximum": item.maximum}
    if item.minimum_label and item.maximum_label:
        ends = [item.minimum_label, item.maximum_label]
        scale = f"{item.minimum} = {ends[0]}, {item.maximum} = {ends[1]}"
        schema["description"] = f"{item.introduction} {scale}" if item.introduction else scale
        schema["x-ends"] = ends
    return schema


def _missing(instrument: Instrument, answers: Answers) -> int:
    expected = len(instrument.items)
    if len(answers) != expected:
        raise AnswerError(
            instrument.id, f"takes {expected} answers in order, unanswered ones too; got {len(answers)}"
        )
    unanswered = []
    for item, answer in zip(instrument.items, answers, strict=True):
        if answer is None:
            unanswered.append(item)
        elif not item.allows(answer):
            raise AnswerError(item.field, f"{answer!r} is not allowed; give {item.allowed}")
    if len(unanswered) > instrument.scoring.missing_allowed:
        raise AnswerError(unanswered[0].field, _too_many(instrument, unanswered))
    return len(unanswered)


def _too_many(instrument: Instrument, unanswered: list[Item]) -> str:
    allowed = instrument.scoring.missing_allowed
    names = ", ".join(item.field for item in unanswered)
    rule = "all items must be answered" if allowed == 0 else f"at most {allowed} may be left unanswered"
    return f"{instrument.short_title} cannot be scored: unanswered {names}, but {rule}"
