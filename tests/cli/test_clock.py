"""`throughline clock`: a sandbox's time is moved, a live one is not."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Throughline


@pytest.mark.parametrize(
    ("period", "later"),
    [
        ("P7D", "2026-07-13T14:00:00+00:00"),
        ("P5M", "2026-12-06T15:00:00+00:00"),  # 10:00 in New York, in winter
        ("PT4H", "2026-07-06T18:00:00+00:00"),
        ("B5D", "2026-07-13T14:00:00+00:00"),
    ],
)
def test_the_clock_is_advanced_by_a_period(sandbox: Throughline, period: str, later: str) -> None:
    """Days and months keep the time on the wall."""
    assert sandbox.json("clock", "advance", period)["now"] == later


def test_the_clock_is_set(sandbox: Throughline) -> None:
    """To an instant, with its time zone."""
    assert sandbox.json("clock", "set", "2026-08-01T09:00:00-04:00")["today"] == "2026-08-01"
    assert "no time zone" in sandbox("clock", "set", "2026-08-01T09:00:00", code=2).stderr
    assert "did you mean" in sandbox("clock", "advance", "7D", code=2).stderr


def test_a_live_clock_is_not_moved(throughline: Throughline) -> None:
    """Exit code 2, and nothing happens."""
    for arguments in (("clock", "advance", "P1D"), ("clock", "set", "2030-01-01T00:00:00Z")):
        assert throughline.json(*arguments, code=2)["error"]["code"] == "not-a-sandbox"
