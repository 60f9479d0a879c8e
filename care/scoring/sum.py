"""The sum rule: the answers added up (PHQ-9, GAD-7, WHODAS 2.0)."""

from __future__ import annotations

from decimal import Decimal

from care.questionnaires import Instrument, Points
from care.scoring.answers import Answers, given


def total(instrument: Instrument, answers: Answers) -> Points:
    """Raw and score are the sum of the answers."""
    points = Decimal(sum(given(answers)))
    return Points(points, points)
