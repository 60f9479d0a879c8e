"""The year on one line: its windows, milestones and events."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from engine.application import Engine
from engine.clock import SetClock
from engine.settings import SHIPPED_PATHWAYS
from engine.store.cases import case
from engine.store.patients import patient
from engine.years import access_rules_in
from tests.pathways.patient_year import PatientYear
from tests.worklists.a_year import a_year, on_sqlite
from worklists.year_line import YearLine, milestones, year_line

ALIGNED = date(2026, 1, 13)
WEEKS = (4, 8, 12, 26, 39, 52)


def line_of(engine: Engine, year: PatientYear) -> YearLine:
    with engine.db.reading() as connection:
        row = case(connection, year.case)
        who = dict(patient(connection, row["patient_id"]))
        rules = access_rules_in(SHIPPED_PATHWAYS)
        return year_line(connection, row, who, rules, today=engine.today(), zone=engine.zone)


@on_sqlite
def test_a_new_case_shows_the_whole_year_ahead(engine: Engine, clock: SetClock) -> None:
    """The milestones come from the case's own diagram; the quarterly window is not known before a baseline."""
    line = line_of(engine, a_year(engine, clock))
    assert [(m.name, m.state) for m in line.milestones] == [(f"wk {week}", "ahead") for week in WEEKS]
    assert [w.words for w in line.windows] == ["baseline, by day 60: open", "end of period, day 185–425"]
    assert line.last_day == 425


@on_sqlite
def test_the_baseline_is_ticked_and_the_quarterly_window_counts_from_it(engine: Engine, clock: SetClock) -> None:
    """What came in says on which day; 70 to 110 days after it the quarterly report can be made."""
    year = a_year(engine, clock)
    year.to(9)
    year.answer_all()
    line = line_of(engine, year)
    assert [w.words for w in line.windows] == [
        "baseline, by day 60 ✓ day 9",
        "quarterly, day 79–119",
        "end of period, day 185–425",
    ]
    assert (line.milestones[0].name, line.milestones[0].day) == ("baseline", 9)


@on_sqlite
def test_a_milestone_is_due_then_late_then_missed(engine: Engine, clock: SetClock) -> None:
    """A milestone that nobody answers goes from due to late to missed, in words and not by colour alone."""
    year = a_year(engine, clock, unanswered=lambda task: task["element_id"] == "collect_milestone")
    states = []
    for day in (28, 36, 43):
        year.until(day)
        states.append(next(m.state for m in line_of(engine, year).milestones if m.name == "wk 4"))
    assert states == ["due", "late", "missed"]


@on_sqlite
def test_an_admission_stands_on_its_day_however_late_it_was_told(engine: Engine, clock: SetClock) -> None:
    """Events stand where they happened."""
    year = a_year(engine, clock)
    year.until(20)
    year.event("transition.admitted", facility="St. Mary's")
    assert [(e.day, e.words) for e in line_of(engine, year).events] == [(20, "admitted")]


@on_sqlite
def test_after_the_end_nothing_lies_ahead(engine: Engine, clock: SetClock) -> None:
    """A patient who died has no milestones to come, and the line says on which day the case closed."""
    year = a_year(engine, clock)
    year.until(10)
    year.event("patient.died")
    year.answer_all()
    line = line_of(engine, year)
    assert line.ended_on == 10
    assert [m.name for m in line.milestones] == ["baseline"]
    assert {w.state for w in line.windows} == {"done", "over"}


def a_task(day: int, status: str) -> dict[str, Any]:
    opened = ALIGNED + timedelta(days=day)
    return {
        "form": "prom_milestone",
        "process": "prom_milestone",
        "kind": "prom",
        "status": status,
        "opens_on": opened,
        "due_on": opened + timedelta(days=7),
        "occurred_on": opened if status == "done" else None,
        "done_at": None,
    }


@given(
    today=st.integers(0, 430),
    tasks=st.dictionaries(st.sampled_from([w * 7 for w in WEEKS]), st.sampled_from(["done", "open", "cancelled"])),
    is_running=st.booleans(),
)
def test_each_planned_milestone_stands_once_and_in_order(today: int, tasks: dict[int, str], is_running: bool) -> None:
    """Whatever became of them, no milestone is doubled, the past is complete, and a case that ended has no future."""
    asked = [a_task(day, status) for day, status in tasks.items() if day <= today]
    planned = [week * 7 for week in WEEKS]
    found = milestones(planned, asked, ALIGNED, ALIGNED + timedelta(days=today), ZoneInfo("UTC"), is_running=is_running)
    names = [milestone.name for milestone in found]
    assert len(names) == len(set(names))
    assert [m.day for m in found] == sorted(m.day for m in found)
    assert {f"wk {week}" for week in WEEKS if week * 7 < today} <= set(names)
    assert is_running or not any(m.state == "ahead" for m in found)
    assert all(m.day >= today for m in found if m.state == "ahead")


@on_sqlite
def test_each_quarterly_window_counts_from_the_report_before_it(engine: Engine, clock: SetClock) -> None:
    """A report that went in ticks its window and opens the next, 70 to 110 days later."""
    year = a_year(engine, clock)
    year.until(140)
    quarters = [w for w in line_of(engine, year).windows if w.title == "quarterly"]
    assert [w.state for w in quarters] == ["done", "ahead"]
    done_on = quarters[0].done_on
    assert done_on is not None
    assert (quarters[1].opens, quarters[1].closes) == (done_on + 70, done_on + 110)
