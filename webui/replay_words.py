"""How many cases went how in a replay, those that were counted before included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from engine.replay import VERDICTS, Replay


def tally(counts: Mapping[str, int], found: Iterable[Replay]) -> dict[str, int]:
    """How many cases have each verdict, those counted before included."""
    new = Counter(each.verdict for each in found)
    return {verdict: counts.get(verdict, 0) + new[verdict] for verdict in VERDICTS}
