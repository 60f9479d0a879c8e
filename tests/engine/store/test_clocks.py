"""The sandbox's clock: it stands until it is moved, and never moves behind the record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from care.periods import Period
from engine.application import Engine
from engine.clock import SetClock, SystemClock
from engine.commands import Actor, StartCase
from engine.errors import InvalidInput, NaiveInstant, NotASandbox
from engine.store.clocks import SandboxClock, clock_of, is_sandbox, make_sandbox
from engine.store.database import Database
from engine.store.patients import add_patient

NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2026, 1, 13, 14, 0, tzinfo=UTC)


def test_a_live_database_follows_the_machine(db: Database) -> None:
    """Without a clock of its own a database is live, and its time cannot be moved."""
    assert not is_sandbox(db)
    assert isinstance(clock_of(db), SystemClock)
    with pytest.raises(NotASandbox):
        SandboxClock(db).advance(Period(days=1))


def test_a_sandbox_stands_until_it_is_moved(db: Database) -> None:
    """Every process that opens the database sees the same instant."""
    make_sandbox(db, START)
    assert clock_of(db).now() == START
    assert SandboxClock(db).advance(Period(days=7)) == START + timedelta(days=7)
    assert clock_of(db).now() == START + timedelta(days=7)
    assert SandboxClock(db).set(START) == START


def test_days_are_those_of_the_organisation(db: Database) -> None:
    """A week over the spring clock change ends at the same hour on the wall."""
    make_sandbox(db, datetime(2026, 3, 4, 14, 0, tzinfo=UTC))
    moved = SandboxClock(db).advance(Period(days=7), NEW_YORK)
    assert moved.astimezone(NEW_YORK).hour == 9
    assert moved == datetime(2026, 3, 11, 13, 0, tzinfo=UTC)


def test_the_clock_does_not_go_behind_the_record(engine: Engine) -> None:
    """What has happened stays in the past."""
    make_sandbox(engine.db, START)
    with engine.db.writing() as connection:
        patient = add_patient(connection, name="Ann Lee", birth_date=START.date(), now=START)
    engine.execute(StartCase(patient, "msk"), actor=Actor("dana@example.org", "Dana"))
    with pytest.raises(InvalidInput, match="before the latest entry"):
        SandboxClock(engine.db).set(START - timedelta(seconds=1))


def test_a_database_with_cases_does_not_become_a_sandbox(engine: Engine, clock: SetClock) -> None:
    """A live record cannot be put on a clock that somebody may move."""
    with engine.db.writing() as connection:
        patient = add_patient(connection, name="Ann Lee", birth_date=START.date(), now=START)
    engine.execute(StartCase(patient, "msk"), actor=Actor("dana@example.org", "Dana"))
    with pytest.raises(InvalidInput, match="live cases"):
        make_sandbox(engine.db, START)


def test_a_sandbox_is_made_once_with_an_aware_instant(db: Database) -> None:
    """A second clock, or one without a time zone, is refused."""
    with pytest.raises(NaiveInstant):
        make_sandbox(db, START.replace(tzinfo=None))
    make_sandbox(db, START)
    with pytest.raises(InvalidInput, match="a sandbox already"):
        make_sandbox(db, START)
    with pytest.raises(NaiveInstant):
        SandboxClock(db).set(START.replace(tzinfo=None))
