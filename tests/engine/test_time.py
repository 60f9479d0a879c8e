"""Time: timers run as of when they were due, in order, once, whoever ticks and however often."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import insert, text

from care.periods import Period
from engine.application import Engine, TickResult
from engine.clock import SetClock
from engine.commands import WORKER, FireTimers
from engine.library import Library
from engine.store.clocks import SandboxClock, clock_of
from engine.store.tables import sandbox_clock
from tests.engine.builders import BETTER, Case, a_case, nothing_written, on_sqlite


def start_on(engine: Engine, day: date) -> Case:
    """A case aligned at nine on that day, baseline and all else answered at once."""
    assert isinstance(engine.clock, SetClock)
    engine.clock.instant = datetime.combine(day, time(9), engine.zone)
    case = a_case(engine)
    case.answer_all()
    return case


def due_of_timers(case: Case, element: str) -> list[datetime]:
    found = [
        json.loads(e["detail"])["due"] for e in case.history("timer.fired") if e["element_id"] == element
    ]
    return [datetime.fromisoformat(due).astimezone(case.engine.zone) for due in found]


@on_sqlite
@pytest.mark.parametrize("aligned_on", [date(2026, 2, 20), date(2026, 10, 16)], ids=["spring", "autumn"])
def test_nine_in_the_morning_stays_nine_when_the_clocks_change(engine: Engine, aligned_on: date) -> None:
    """Weekly timers keep the wall clock over 8 March and 1 November 2026; each week has one, none is skipped."""
    case = start_on(engine, aligned_on)
    case.leaves = lambda task: task["element_id"] == "pain_checkin"
    case.at_day(36)
    fired = due_of_timers(case, "every_check_in")
    assert [instant.time() for instant in fired] == [time(9)] * 5
    assert [instant.date() for instant in fired] == [case.on(7 * week) for week in range(1, 6)]
    assert len({instant.utcoffset() for instant in fired}) == 2


@on_sqlite
def test_a_year_over_the_turn_of_the_year_counts_its_days(engine: Engine) -> None:
    """Aligned on 15 December: week 4 is 12 January, week 8 is 9 February."""
    case = start_on(engine, date(2026, 12, 15))
    case.scores = BETTER
    case.at_day(60)
    opened = [row["opens_on"] for row in case.tasks() if row["element_id"] == "collect_milestone"]
    assert opened == [date(2027, 1, 12), date(2027, 2, 9)]


@on_sqlite
def test_a_leap_day_is_a_day_like_any_other(engine: Engine) -> None:
    """Day 365 from 1 March 2027 is 29 February 2028: the year ends there, not on 1 March."""
    case = start_on(engine, date(2027, 3, 1))
    case.scores = BETTER
    case.at_day(366)
    assert (case.status, case.row["closed_at"].astimezone(engine.zone).date()) == (
        "completed",
        date(2028, 2, 29),
    )


@on_sqlite
def test_a_timer_that_is_run_late_runs_as_of_its_own_instant(engine: Engine) -> None:
    """Nobody ticked for three weeks, then a person did something: each check-in has the day it was due, and what was
    missed is known and laid to nobody's door but the clock's: what the person is answered names none of it."""
    case = start_on(engine, date(2026, 1, 13))
    case.set_clock(case.moment(22))
    outcome = case.event("measure.recorded", code="29463-7", value=80)
    assert (outcome.tasks, outcome.cancelled, outcome.processes) == ((), (), ())
    rows = [row for row in case.tasks() if row["element_id"] == "pain_checkin"]
    assert [row["opens_on"] for row in rows] == [case.on(7), case.on(14), case.on(21)]
    assert [row["status"] for row in rows] == ["cancelled", "cancelled", "open"]
    assert [row["done_by"] for row in rows] == ["system:worker", "system:worker", None]
    assert {row["created_at"] for row in rows} == {case.moment(22)}
    assert [fact["value"] for fact in case.facts("pain_checkin.missed_on")] == ["2026-01-26", "2026-02-02"]


def test_the_sandbox_clock_moves_a_case_on(engine: Engine, library: Library) -> None:
    """The database's own clock, advanced by a period of local days, is all that a tick needs."""
    case = start_on(engine, date(2026, 1, 13))
    with engine.db.writing() as connection:
        connection.execute(insert(sandbox_clock).values(id=1, now=case.moment(0)))
    sandbox = Engine(engine.db, SandboxClock(engine.db), engine.settings, library)
    clock = clock_of(engine.db)
    assert isinstance(clock, SandboxClock)
    clock.advance(Period.parse("P7D"), engine.zone)
    assert sandbox.tick() == TickResult(1, 1, ())
    assert case.elements() == ["pain_checkin"]
    assert case.open()[0]["created_at"] == case.moment(7)


def test_two_ticks_at_once_run_each_timer_once(engine: Engine) -> None:
    """Two workers wake at the same moment: twelve patients, twelve check-ins, none lost and none doubled."""
    cases = [start_on(engine, date(2026, 1, 13)) for _ in range(12)]
    cases[0].set_clock(cases[0].moment(7))
    together = Barrier(2)

    def tick(_: int) -> TickResult:
        together.wait()
        return engine.tick()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(tick, range(2)))
    assert [result.failed for result in results] == [(), ()]
    assert [case.elements() for case in cases] == [["pain_checkin"]] * 12
    assert [len(due_of_timers(case, "every_check_in")) for case in cases] == [1] * 12
    assert engine.tick() == TickResult(0, 0, ())


@pytest.mark.parametrize("state", ["{broken", '{"tokens":[[1,"no_such_element",null,16]],"next":2}'])
def test_a_case_that_cannot_go_on_is_reported_and_the_others_do(engine: Engine, state: str) -> None:
    """One patient's trouble is no reason for the others to wait; the tick that parks it says so, and no other."""
    cases = [start_on(engine, date(2026, 1, 13)) for _ in range(3)]
    with engine.db.writing() as connection:
        statement = text("UPDATE processes SET state = :state WHERE case_id = :case AND status = 'active'")
        connection.execute(statement, {"state": state, "case": cases[0].id})
    result = cases[0].to_day(7)
    assert (result.failed, result.commands) == ((cases[0].id,), 3)
    assert [case.elements() for case in cases[1:]] == [["pain_checkin"]] * 2
    assert engine.tick() == TickResult(0, 0, ())


def test_an_idle_case_is_not_even_looked_at(engine: Engine) -> None:
    """Between timers a tick finds nothing to do and commits nothing."""
    case = start_on(engine, date(2026, 1, 13))
    commits = engine.db.commits
    for hour in range(10, 24):
        case.set_clock(case.moment(1, hour))
        assert engine.tick() == TickResult(0, 0, ())
    assert engine.db.commits == commits
    assert case.row["next_due"] - case.clock() > timedelta(days=5)


def test_a_tick_that_finds_another_was_faster_writes_nothing(engine: Engine) -> None:
    """Of two workers at one case the second leaves no trace, not even of its command."""
    case = start_on(engine, date(2026, 1, 12))
    with nothing_written(engine):
        outcome = engine.execute(FireTimers(case.id), actor=WORKER)
    assert (outcome.case_id, outcome.tasks) == (case.id, ())
