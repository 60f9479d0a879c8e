"""What a replay found, as a page says it: how many went how, and the same difference of one case told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.replay import VERDICTS, Difference, Replay


@dataclass(frozen=True, slots=True)
class Told:
    """A difference; ``more`` others of the same kind at the same element are like it."""

    kind: str
    sentence: str
    element: str | None
    more: int


def told(found: Sequence[Difference]) -> list[Told]:
    """Differences in their order, those of one kind at one element as one."""
    alike = Counter((each.kind, each.element) for each in found)
    first: dict[tuple[str, str | None], Difference] = {}
    for each in found:
        first.setdefault((each.kind, each.element), each)
    return [Told(each.kind, each.sentence, each.element, alike[key] - 1) for key, each in first.items()]


def tally(counts: Mapping[str, int], found: Iterable[Replay]) -> dict[str, int]:
    """How many cases have each verdict, those counted before included."""
    new = Counter(each.verdict for each in found)
    return {verdict: counts.get(verdict, 0) + new[verdict] for verdict in VERDICTS}
