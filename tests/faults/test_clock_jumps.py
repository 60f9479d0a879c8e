"""The machine's clock goes back, or a year ahead: the record never does, and nothing happens twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.application import Engine
from engine.clock import SetClock
from engine.outgoing.delivery import deliver_outgoing
from engine.outgoing.periodic import Periodic
from engine.store.checkpoints import checkpoint_numbers
from engine.store.tables import outbox
from tests.engine.builders import Case, a_case, on_sqlite
from tests.webui.builders import Visit, with_people
from webui.app import create_app

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = {"an hour": HOUR, "a day": DAY, "a month": 30 * DAY}


def acted(case: Case, day: int) -> None:
    """What is due fires, a visit is told, a check-in is answered."""
    assert case.engine.tick().failed == ()
    if day == 14:
        case.event("transition.ed_visit")
    for task in [each for each in case.open() if each["element_id"] == "pain_checkin"]:
        case.answer(task)


@pytest.mark.parametrize("back", JUMPS.values(), ids=JUMPS)
def test_a_clock_that_goes_back_in_the_middle_of_the_day_changes_no_day(engine: Engine, back: timedelta) -> None:
    """Each timer fires once, on its day; entries stand in the order of their instants; nobody is refused."""
    steady, shaken = a_case(engine), a_case(engine)
    for case in (steady, shaken):
        case.answer_all()
    for day in (7, 14, 21, 28):
        steady.set_clock(steady.moment(day, 10))
        acted(steady, day)
        shaken.set_clock(shaken.moment(day, 10) - back)
        acted(shaken, 0)
        shaken.set_clock(shaken.moment(day, 10))
        acted(shaken, day)
    assert opened(shaken) == opened(steady)
    for case in (steady, shaken):
        instants = [entry["at"] for entry in case.history()]
        assert instants == sorted(instants)
        assert case.faults() == []


def opened(case: Case) -> list[tuple[str, object, object]]:
    return [(task["element_id"], task["opens_on"], task["due_on"]) for task in case.tasks()]


@pytest.mark.parametrize("back", JUMPS.values(), ids=JUMPS)
def test_what_is_done_while_the_clock_is_behind_is_written_at_the_last_instant(engine: Engine, back: timedelta) -> None:
    """The case stays where it was until the clock has come there again: no entry before the one before it."""
    case = a_case(engine).at_day(7)
    last = case.history()[-1]["at"]
    case.set_clock(case.clock() - back)
    case.event("transition.ed_visit")
    assert case.history()[-1]["at"] == last
    case.set_clock(case.moment(8, 10))
    case.event("transition.ed_visit")
    assert case.history()[-1]["at"] == case.moment(8, 10)
    assert case.faults() == []


def test_a_clock_that_goes_a_year_ahead_and_back_fires_what_it_fired_once(engine: Engine) -> None:
    """In the order in which they were due, each as of its day; when the clock is right again nothing comes twice."""
    case = a_case(engine)
    case.answer_all()
    case.set_clock(case.moment(365, 10))
    engine.tick()
    days, entries = case.days_of("pain_checkin"), len(case.history())
    assert days == sorted(set(days))
    assert len(days) > 3
    case.set_clock(case.moment(1, 10))
    assert engine.tick().commands == 0
    for day in range(7, 70, 7):
        case.set_clock(case.moment(day, 10))
        assert engine.tick().commands == 0
    assert (case.days_of("pain_checkin"), len(case.history())) == (days, entries)


def test_a_day_that_comes_twice_has_one_checkpoint(engine: Engine, clock: SetClock) -> None:
    """Also where another worker starts on the wrong side of midnight."""
    a_case(engine)
    for days in (0, 1, 0, -30, 1):
        now = clock.now() + days * DAY
        Periodic(engine).ensure(now)
        assert deliver_outgoing(engine, {}, now).failed == []
    with engine.db.reading() as connection:
        assert len(checkpoint_numbers(connection)) == 2
        keys = connection.execute(select(outbox.c.key, func.count()).where(outbox.c.key.is_not(None)).group_by("key"))
        assert {count for _, count in keys} == {1}


@on_sqlite
def test_a_session_outlives_a_clock_that_goes_back_and_not_a_year(engine: Engine) -> None:
    """Nobody is thrown out by a correction of the clock, and nobody stays for ever."""
    with_people(engine)
    wall = SetClock(engine.clock.now())
    dana = Visit(create_app(engine, wall).test_client()).signed_in("dana")
    for jump in (-HOUR, -DAY, -30 * DAY, 31 * DAY + HOUR):
        wall.instant += jump
        assert dana.get("/").path != "/sign-in"
    wall.instant += 365 * DAY
    assert dana.get("/").path.startswith("/sign-in")
