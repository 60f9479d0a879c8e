"""`throughline score`: score an instrument's answers, or read the values of a measure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

import click
import yaml

from care.errors import UnknownName
from care.instruments import Instrument, Score, instrument_from
from care.instruments import score as score_answers
from care.measures import Measure, mean_of_readings
from cli.answers import Answer, AnsweringCommand
from engine.measure_files import shipped_measures
from engine.settings import SHIPPED_PATHWAYS

# "-" or nothing between two commas stands for an item that was left out.
_UNANSWERED = ("", "-")
_INSTRUMENTS = SHIPPED_PATHWAYS / "instruments"


@click.command(cls=AnsweringCommand)
@click.argument("instrument")
@click.option("--answers", required=True, help="In order, such as 4,3,3,4,1,2; - for an item left out.")
@click.option("--unit", help="Of a measure's values, in UCUM; without it they are in the measure's own.")
def score(instrument: str, answers: str, unit: str | None) -> Answer:
    """Score INSTRUMENT (pf6b, pi6a, nrs, ...): raw, score, band, missing items and the table's source.

    INSTRUMENT may also be a measure (bp, weight, ldl, ...): its values become one, readings their mean. Those of
    bp come in turn: 152,94,148,90.
    """
    texts = [text.strip() for text in answers.split(",")]
    measure = shipped_measures().by_id.get(instrument)
    if measure is not None:
        return _measured(measure, [_number(text, at) for at, text in enumerate(texts, 1)], unit)
    asked = _instrument(instrument)
    if unit is not None:
        raise click.BadParameter(f"{asked.id} is a questionnaire; its answers have no unit", param_hint="--unit")
    scored = score_answers(asked, [_answer(text, at) for at, text in enumerate(texts, 1)])
    return Answer(_data(asked, scored), _text(asked, scored))


def _instrument(name: str) -> Instrument:
    known = sorted(file.stem for file in _INSTRUMENTS.glob("*.yaml"))
    if name not in known:
        raise UnknownName("instrument", name, [*known, *shipped_measures().by_id])
    return instrument_from(yaml.safe_load((_INSTRUMENTS / f"{name}.yaml").read_text(encoding="utf-8")))


# -- a measure ----------------------------------------------------------------------------------------------------
def _measured(measure: Measure, values: Sequence[Decimal], unit: str | None) -> Answer:
    means = mean_of_readings(measure, values, unit)
    readings = len(values) // len(measure.parts)
    data = {
        "measure": measure.id,
        "title": measure.title,
        "values": means,
        "unit": measure.unit.code,
        "readings": readings,
        "reportable_from": measure.reportable.sources,
        "source": measure.source,
    }
    found = "/".join(str(value) for value in means.values())
    lines = [f"{measure.title}: {found} {measure.unit.shown}", f"mean of {readings}", f"source: {measure.source}"]
    return Answer(data, "\n".join(lines))


def _number(text: str, number: int) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise click.BadParameter(f"value {number}: '{text}' is not a number", param_hint="--answers") from error
    if not value.is_finite():
        raise click.BadParameter(f"value {number}: '{text}' is not a finite number", param_hint="--answers")
    return value


# -- an instrument ------------------------------------------------------------------------------------------------
def _answer(text: str, number: int) -> int | None:
    if text in _UNANSWERED:
        return None
    try:
        return int(text)
    except ValueError as error:
        raise click.BadParameter(f"answer {number}: '{text}' is not a whole number", param_hint="--answers") from error


def _data(asked: Instrument, scored: Score) -> dict[str, object]:
    return {
        "instrument": asked.id,
        "title": asked.title,
        "raw": scored.raw,
        "score": scored.score,
        "unit": scored.unit,
        "band": scored.band,
        "missing": scored.missing,
        "missing_allowed": asked.scoring.missing_allowed,
        "rule": scored.rule,
        "domains": dict(scored.domains),
        "source": scored.source,
    }


def _text(asked: Instrument, scored: Score) -> str:
    lines = [f"{asked.title}: {scored.score} {scored.unit}".rstrip()]
    lines.append(f"raw {scored.raw}, band {scored.band or 'none'}, rule {scored.rule}, {scored.missing} unanswered")
    lines += [f"{domain}: {'need' if needed else 'no need'}" for domain, needed in scored.domains.items()]
    return "\n".join([*lines, f"source: {scored.source}"])
