"""The mean rule: the average of the answers (PEG)."""

from __future__ import annotations

from decimal import Decimal

from care.questionnaires import Instrument, Points
from care.scoring.answers import Answers, given, rounded


def mean(instrument: Instrument, answers: Answers) -> Points:
    """Raw is the sum, score the mean of the answers given, rounded half up."""
    points = given(answers)
    raw = Decimal(sum(points))
    return Points(raw, rounded(raw / len(points), instrument.scoring.decimals))
