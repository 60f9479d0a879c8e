"""A track's patients by state as one bar with the threshold on it, in the units of its SVG."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from worklists.programme import STATES, TrackStanding

WIDTH, HEIGHT = 240, 16


@dataclass(frozen=True, slots=True)
class Part:
    """A state's share of the bar: its place, its class, and the words that a pointer resting on it shows."""

    x: float
    width: float
    css: str
    words: str


@dataclass(frozen=True, slots=True)
class AttainmentBar:
    width: int
    height: int
    parts: tuple[Part, ...]
    threshold: float


def attainment_bar(standing: TrackStanding, threshold: Decimal) -> AttainmentBar:
    """The states from the left, the best first; the met ones reach the threshold's line when the rate does."""
    parts = []
    x = 0.0
    for state in STATES:
        count = standing.counts[state]
        width = WIDTH * count / standing.total if standing.total else 0.0
        if count:
            parts.append(Part(round(x, 1), round(width, 1), state.replace(" ", "-"), f"{state}: {count}"))
        x += width
    return AttainmentBar(WIDTH, HEIGHT, tuple(parts), round(WIDTH * float(threshold), 1))
