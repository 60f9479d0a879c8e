"""A play that never ends is stopped."""

from __future__ import annotations

import pytest

from engine.errors import Refused
from engine.scenarios.bounds import MOST_ELEMENTS, MOST_SECONDS, Bounds
from engine.scenarios.coverage import Footprints


def test_what_takes_too_long_is_refused_with_its_element() -> None:
    """However few elements it goes through."""
    ticks = iter([MOST_SECONDS, MOST_SECONDS + 1])
    bounds = Bounds(seconds=lambda: next(ticks))
    bounds.passed("msk.bpmn", "first", ())
    with pytest.raises(Refused, match=r"taken 60 seconds, at last 'second' of msk\.bpmn"):
        bounds.passed("msk.bpmn", "second", ())


def test_another_watches_as_far_as_it_goes() -> None:
    """Coverage is counted beneath the bounds."""
    seen = Footprints()
    bounds = Bounds(seen, seconds=lambda: 0)
    for _ in range(MOST_ELEMENTS):
        bounds.passed("msk.bpmn", "again", ("again",))
    assert seen.elements == {("msk.bpmn", "again")}
    with pytest.raises(Refused, match="5,000 elements"):
        bounds.passed("msk.bpmn", "again", ("again",))
