"""The scoring rules an instrument file may name, one rule a file: what each makes of valid answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from care.questionnaires import Instrument, Points
from care.scoring.answers import Answers
from care.scoring.code import code
from care.scoring.mean import mean
from care.scoring.needs import needs
from care.scoring.percent import percent
from care.scoring.quickdash import quickdash
from care.scoring.sum import total
from care.scoring.table import table

Rule = Callable[[Instrument, Answers], Points]

RULES: Mapping[str, Rule] = {
    "sum": total,
    "mean": mean,
    "table": table,
    "percent": percent,
    "quickdash": quickdash,
    "code": code,
    "needs": needs,
    "ahc_hrsn": needs,  # its name in versions that were published before PRAPARE came
}
