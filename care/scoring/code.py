"""The code rule: a single answer is the score (pain NRS, PGIC)."""

from __future__ import annotations

from decimal import Decimal

from care.questionnaires import Instrument, Points
from care.scoring.answers import Answers, given


def code(instrument: Instrument, answers: Answers) -> Points:
    """Raw and score are the one answer."""
    points = Decimal(given(answers)[0])
    return Points(points, points)
