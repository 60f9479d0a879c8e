"""The table rule: the sum looked up in the owner's conversion table (PROMIS, KOOS JR, HOOS JR)."""

from __future__ import annotations

from decimal import Decimal

from care.questionnaires import Instrument, Points
from care.scoring.answers import Answers, given


def table(instrument: Instrument, answers: Answers) -> Points:
    """Raw is the sum, score the table's T score or interval score; the table covers every possible sum."""
    raw = sum(given(answers))
    return Points(Decimal(raw), instrument.scoring.table[raw])
