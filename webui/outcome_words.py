"""How outcomes are said in a page: by what they are judged, the words of a state, and the class that colours them."""

from __future__ import annotations

from decimal import Decimal

from flask import Flask

from care.measure_outcomes import MeasureOutcome, State
from care.outcome_words import target_words, with_unit
from webui.extension import engine
from worklists.outcomes import Judgement

STATE_WORDS: dict[str, str] = {
    "met": "met",
    "on course": "on course",
    "at risk": "at risk",
    "missed": "missed",
    "not measured": "not yet measured",
    "reported only": "reported only",
}
STATE_TONES: dict[str, str] = {"met": "good", "on course": "good", "at risk": "late", "missed": "urgent"}


def judgement() -> Judgement:
    """This organisation's rules, today, where its days are counted."""
    return Judgement(engine().settings.pathways_dir, engine().today(), engine().zone)


def state_words(outcome: MeasureOutcome) -> str:
    """ "on course"; of a guard rail whether it holds."""
    if outcome.role == "guard" and outcome.state != "not measured":
        return "within the limit" if outcome.state == "met" else "beyond the limit"
    return STATE_WORDS[outcome.state]


def tone(state: State) -> str:
    """The class that colours a state; its words say the same."""
    return STATE_TONES.get(state, "muted")


def to_reach(outcome: MeasureOutcome) -> str:
    """ "below 130 or 15 less than at baseline (137)"; a dash where there is nothing to reach."""
    return target_words(outcome.target, outcome.baseline and outcome.baseline.value) or "–"


def usd(amount: Decimal) -> str:
    """ "$1,234.50"; without the cents where there are none."""
    return f"${amount:,.2f}".removesuffix(".00")


def percent(share: Decimal | None) -> str:
    """ "42%"; rounded down, so that a rate below its threshold never looks like one that reaches it."""
    return "–" if share is None else f"{int(share * 100)}%"


def register_outcome_words(app: Flask) -> None:
    app.jinja_env.filters.update(
        state_words=state_words, tone=tone, to_reach=to_reach, usd=usd, percent=percent, with_unit=with_unit
    )
    app.jinja_env.globals.update(STATE_WORDS=STATE_WORDS)
