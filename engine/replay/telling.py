"""What a replay found of a case, the same difference told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.replay.differences import Difference, Kind


@dataclass(frozen=True, slots=True)
class Told:
    """A difference; ``more`` others of the same kind at the same element are like it."""

    kind: Kind
    sentence: str
    element: str | None
    more: int


def told(found: Sequence[Difference]) -> list[Told]:
    """Differences in their order, those of one kind at one element as one."""
    alike = Counter((each.kind, each.element) for each in found)
    first: dict[tuple[Kind, str | None], Difference] = {}
    for each in found:
        first.setdefault((each.kind, each.element), each)
    return [Told(each.kind, each.sentence, each.element, alike[key] - 1) for key, each in first.items()]
