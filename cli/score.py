"""`throughline score`: score an instrument's answers."""

from __future__ import annotations

import click
import yaml

from care.errors import UnknownName
from care.instruments import Instrument, Score, instrument_from
from care.instruments import score as score_answers
from cli.answers import Answer, AnsweringCommand
from engine.settings import SHIPPED_PATHWAYS

# "-" or nothing between two commas stands for an item that was left out.
_UNANSWERED = ("", "-")


@click.command(cls=AnsweringCommand)
@click.argument("instrument")
@click.option("--answers", required=True, help="In order, such as 4,3,3,4,1,2; - for an item left out.")
def score(instrument: str, answers: str) -> Answer:
    """Score INSTRUMENT (pf6b, pi6a, nrs, ...): raw, score, band, missing items and the table's source."""
    asked = _instrument(instrument)
    scored = score_answers(asked, [_answer(text.strip(), at) for at, text in enumerate(answers.split(","), 1)])
    return Answer(_data(asked, scored), _text(asked, scored))


def _instrument(name: str) -> Instrument:
    folder = SHIPPED_PATHWAYS / "instruments"
    known = sorted(file.stem for file in folder.glob("*.yaml"))
    if name not in known:
        raise UnknownName("instrument", name, known)
    return instrument_from(yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8")))


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
