"""The percent rule: the sum as a percentage of what the answered items could have given (ODI, NDI)."""

from __future__ import annotations

from decimal import Decimal

from care.questionnaires import Instrument, Points
from care.scoring.answers import Answers, given, rounded


def percent(instrument: Instrument, answers: Answers) -> Points:
    """Raw is the sum, score 100 x sum / maximum of the answered items, rounded half up."""
    raw = Decimal(sum(given(answers)))
    pairs = zip(instrument.items, answers, strict=True)
    most = sum(item.maximum for item, answer in pairs if answer is not None)
    return Points(raw, rounded(100 * raw / most, instrument.scoring.decimals))
