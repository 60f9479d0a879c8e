"""The days that ACCESS sets for a case, as the patient's page tells them."""

from __future__ import annotations

from datetime import date

from engine.application import Engine
from engine.clock import SetClock
from engine.commands import DeliverEvent
from engine.settings import SHIPPED_PATHWAYS
from engine.store.cases import case
from engine.years import access_rules_in
from tests.pathways.patient_year import MANAGER, PatientYear
from tests.worklists.a_year import a_year, on_sqlite
from worklists.deadlines import DaysToKeep, days_to_keep


def days(engine: Engine, year: PatientYear) -> DaysToKeep:
    rules = access_rules_in(SHIPPED_PATHWAYS, year.aligned_on)
    with engine.db.reading() as connection:
        return days_to_keep(connection, case(connection, year.case), rules, today=engine.today(), zone=engine.zone)


def near(found: DaysToKeep) -> dict[str, int]:
    return {each.title: each.days_left for each in found.near}


@on_sqlite
def test_a_new_case_has_its_first_days_near_and_the_rest_ahead(engine: Engine, clock: SetClock) -> None:
    """The last day, how many are left, what missing it leads to and where that is written."""
    year = a_year(engine, clock)
    found = days(engine, year)
    assert near(found) == {"Baseline report": 60}  # care starts with it: until then no update on the start is owed
    baseline = found.near[0]
    assert (baseline.closes_on, baseline.consequence, baseline.tone) == (
        date(2026, 3, 14),
        "CMS unaligns the patient.",
        "plain",
    )
    assert baseline.sources.startswith("CMS ACCESS IG 0.9.8: within 60 days of alignment")
    assert [each.title for each in found.ahead] == [
        "Lock-in ends",
        "Update to the PCP on the end of care",
        "End-of-period report",
    ]
    assert found.missed == ()


@on_sqlite
def test_what_is_done_is_left_out(engine: Engine, clock: SetClock) -> None:
    """With the baseline in and the first update written, the next day to keep is the quarter's."""
    year = a_year(engine, clock)
    year.until(60)
    assert near(days(engine, year)) == {"Quarterly report": 50}
    year.until(91)  # the quarter was reported on the day that its task came: the next is counted from there
    assert "Quarterly report" not in near(days(engine, year))


@on_sqlite
def test_a_day_that_draws_near_is_late_before_it_is_missed(engine: Engine, clock: SetClock) -> None:
    """From the day on which we want it done, in the colour of lateness."""
    year = a_year(engine, clock, unanswered=lambda task: task["form"] == "baseline")
    year.until(46)
    assert [each.tone for each in days(engine, year).near if each.title == "Baseline report"] == ["plain"]
    year.until(47)
    assert [each.tone for each in days(engine, year).near if each.title == "Baseline report"] == ["late"]


@on_sqlite
def test_what_was_missed_stays_to_be_read(engine: Engine, clock: SetClock) -> None:
    """Also after it has ended the case."""
    year = a_year(engine, clock, unanswered=lambda task: task["form"] == "baseline")
    year.until(62)
    found = days(engine, year)
    assert year.status == "unaligned"
    assert [(each.title, each.noted_on, each.consequence) for each in found.missed] == [
        ("Baseline report", date(2026, 3, 15), "CMS unaligns the patient.")
    ]
    assert (found.near, found.ahead) == ((), ())


@on_sqlite
def test_a_case_that_has_ended_has_no_days_to_keep(engine: Engine, clock: SetClock) -> None:
    """Nothing is owed for a patient who died."""
    year = a_year(engine, clock)
    year.until(3)
    engine.execute(DeliverEvent(year.case, "patient.died", {}), actor=MANAGER)
    assert days(engine, year) == DaysToKeep((), (), ())


@on_sqlite
def test_a_report_that_is_in_early_ends_the_quarters(engine: Engine, clock: SetClock) -> None:
    """BH may report from day 185 on when all targets are met; what is left is the end of care."""
    year = a_year(engine, clock, track="bh")
    year.until(200)
    found = days(engine, year)
    assert year.fact("closure.reported") is True
    assert [each.title for each in (*found.near, *found.ahead)] == [
        "Consent and medical necessity for the follow-on period",
        "Update to the PCP on the end of care",
    ]
