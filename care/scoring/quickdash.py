"""The QuickDASH rule: (mean of the answers - 1) x 25, with one of eleven items allowed to be missing."""

from __future__ import annotations

from decimal import Decimal

from care.questionnaires import Instrument, Points
from care.scoring.answers import Answers, given, rounded


def quickdash(instrument: Instrument, answers: Answers) -> Points:
    """Raw is the sum, score 0 (no disability) to 100, rounded half up."""
    points = given(answers)
    raw = Decimal(sum(points))
    return Points(raw, rounded(25 * raw / len(points) - 25, instrument.scoring.decimals))
