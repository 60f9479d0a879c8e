"""The year of each track on the engine: what appears, when, and how the case ends."""

from __future__ import annotations

import pytest

from engine.application import Engine
from engine.clock import SetClock
from tests.pathways.patient_year import PatientYear

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
STEADY = {"pf6b": 3, "pi6a": 3, "nrs": 4, "phq9": 1, "gad7": 1}


@pytest.mark.parametrize(
    ("track", "check_in", "check_ins", "milestones"),
    [
        ("ckm", "readings_check", list(range(14, 365, 14)), [28, 84, 182, 273, 364]),
        ("eckm", "readings_check", list(range(14, 365, 14)), [28, 84, 182, 273, 364]),
        (
            "bh",
            "mood_checkin",
            [7 * week for week in (2, 6, 10, 14, 16, 18, 20, 22, 24, 30, 34, 43, 47)],
            [28, 56, 84, 182, 273, 364],
        ),
    ],
)
def test_a_year_of_each_track_is_asked_for_its_own_measures_at_its_own_pace(
    engine: Engine, clock: SetClock, track: str, check_in: str, check_ins: list[int], milestones: list[int]
) -> None:
    """Check-ins and milestones on the track's own days; the year ends completed, a follow-on period agreed."""
    year = PatientYear(engine, clock, track=track, scores=STEADY)
    year.until(430)
    assert year.days_of(check_in) == check_ins
    assert year.days_of("collect_milestone") + year.days_of("collect_last_milestone") == milestones
    assert year.days_of("agree_follow_on") == [306]
    assert (year.status, year.closed) == ("completed", True)
