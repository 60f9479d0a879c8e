"""Others in the way, and connections that break: a command is done once, or the caller is told what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text, update
from sqlalchemy.engine import make_url

from engine.application import Engine
from engine.clock import SetClock
from engine.commands import CompleteTask, DeliverEvent, FireTimers, LogAttempt
from engine.errors import Busy, OutcomeUnknown
from engine.limits import Limits
from engine.store.database import Database
from engine.store.tables import cases, tasks
from tests.engine.builders import DANA, Case, a_case, nothing_written
from tests.engine.interruptions import (
    Pauses,
    answer_is_lost,
    at_commit,
    backend_of,
    before_write,
    end_backend,
    terminated_from,
)

on_postgresql = pytest.mark.parametrize("db", ["postgresql"], indirect=True)


@pytest.fixture
def case(engine: Engine) -> Case:
    """A patient whose check-in of week 1 is open, and whom the engine's database can be made to wait for."""
    found = a_case(engine).at_day(6)
    found.to_day(7)
    return found


@pytest.fixture
def impatient(case: Case) -> Iterator[Callable[[Pauses], Engine]]:
    """An engine on the same database that waits a twentieth of a second for others, and sees a deadlock as soon."""
    engine = case.engine
    options = "-c lock_timeout=50ms -c deadlock_timeout=20ms"
    query = {"options": options} if engine.db.dialect == "postgresql" else {"timeout": "0.05"}
    db = Database(make_url(engine.db.url).update_query_dict(query).render_as_string(False))
    yield lambda pauses: Engine(
        db, engine.clock, engine.settings, engine.library, patience=pauses.patience()
    )
    db.dispose()


@contextmanager
def held(engine: Engine, case_id: str) -> Iterator[Connection]:
    """Another transaction holds the case."""
    with engine.db.rolled_back() as connection:
        connection.execute(select(cases.c.id).where(cases.c.id == case_id).with_for_update()).all()
        yield connection


def check_in(case: Case) -> CompleteTask:
    task = case.task("pain_checkin")
    return CompleteTask(task["id"], case.answers(task))


def was_done_once(case: Case) -> None:
    """One completion, an unbroken chain."""
    done = [entry for entry in case.history("task.completed") if entry["element_id"] == "pain_checkin"]
    assert len(done) == 1
    assert case.faults() == []


def test_a_command_whose_case_stays_locked_is_busy(case: Case, impatient: Callable[[Pauses], Engine]) -> None:
    """It is tried again as often as patience says; then nothing has been done, and the error says so."""
    pauses, command = Pauses(), check_in(case)
    told = pytest.raises(Busy, match="nothing was done, try again")
    with nothing_written(case.engine), held(case.engine, case.id), told:
        impatient(pauses).execute(command, actor=DANA)
    assert pauses.lengths == pytest.approx([0.015, 0.03, 0.06])


def test_a_command_that_waited_too_long_is_done_when_the_lock_is_gone(
    case: Case, impatient: Callable[[Pauses], Engine]
) -> None:
    """The second pause outlasts the other transaction: the caller hears nothing of it."""
    command = check_in(case)
    with held(case.engine, case.id) as connection:
        pauses = Pauses(lambda number: connection.rollback() if number == 2 else None)
        impatient(pauses).execute(command, actor=DANA)
    assert len(pauses.lengths) == 2
    was_done_once(case)


@on_postgresql
def test_a_deadlock_is_tried_again(case: Case, impatient: Callable[[Pauses], Engine]) -> None:
    """Somebody holds the task and asks for the case, the command holds the case and asks for the task."""
    pauses, command = Pauses(), check_in(case)
    engine, other = impatient(pauses), case.engine
    with ThreadPoolExecutor(1) as pool, other.db.rolled_back() as connection:
        connection.execute(update(tasks).where(tasks.c.id == command.task_id).values(attempts=7))
        waits: list[Future[Any]] = []

        def ask_for_the_case(_: Connection) -> None:
            asked = select(cases.c.id).where(cases.c.id == case.id).with_for_update()
            waits.append(pool.submit(lambda: connection.execute(asked).all()))
            _until_somebody_waits(other)

        def let_go(_: int) -> None:
            waits[0].result()
            connection.rollback()

        pauses.meanwhile = let_go
        with before_write(engine.db, 1, ask_for_the_case):
            engine.execute(command, actor=DANA)
    assert len(pauses.lengths) == 1
    was_done_once(case)


def _until_somebody_waits(engine: Engine) -> None:
    with engine.db.reading() as connection:
        for _ in range(10_000):
            if connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
    raise AssertionError("nobody waits")


@on_postgresql
def test_a_connection_that_the_server_ends_at_any_write_costs_nothing(case: Case, engine: Engine) -> None:
    """Before the first write, the second, and so on: each time the command is done once, on a new connection."""
    engine.patience = Pauses().patience()
    beside = Database(engine.db.url)
    for number in range(1, 100):
        begun = case.elements().count("call_after_discharge")
        with before_write(engine.db, number, terminated_from(beside)) as seen:
            engine.execute(DeliverEvent(case.id, "transition.discharged", {}), actor=DANA)
        assert case.elements().count("call_after_discharge") == begun + 1
        if len(seen) < number:
            break
    beside.dispose()
    assert number > 5
    assert case.faults() == []


@on_postgresql
def test_a_connection_that_breaks_at_the_commit_leaves_it_open_whether_it_was_done(case: Case, engine: Engine) -> None:
    """Without a key nobody can look it up: the error says that it may have been done, or not."""
    command = check_in(case)
    with pytest.raises(OutcomeUnknown, match="may have been done, or not"), at_commit(engine.db, answer_is_lost):
        engine.execute(command, actor=DANA)
    was_done_once(case)


@on_postgresql
@pytest.mark.parametrize("was_committed", [True, False])
def test_with_a_key_a_broken_commit_is_looked_up(case: Case, engine: Engine, was_committed: bool) -> None:
    """What was committed is answered as the first outcome, what was not is done; once in either case."""
    engine.patience = Pauses().patience()
    command, beside = check_in(case), Database(engine.db.url)
    with at_commit(engine.db, answer_is_lost if was_committed else terminated_from(beside)):
        outcome = engine.execute(command, actor=DANA, key="dana:check-in")
    beside.dispose()
    assert outcome.replayed is was_committed
    assert outcome.task_id == command.task_id
    was_done_once(case)


@on_postgresql
@pytest.mark.parametrize("was_committed", [True, False])
def test_a_timer_whose_commit_breaks_fires_once(case: Case, engine: Engine, was_committed: bool) -> None:
    """A tick needs no key: a case that is not due any more was fired."""
    engine.patience = Pauses().patience()
    beside = Database(engine.db.url)
    case.set_clock(case.moment(14))
    with at_commit(engine.db, answer_is_lost if was_committed else terminated_from(beside)):
        assert engine.tick().failed == ()
    beside.dispose()
    assert case.days_of("pain_checkin") == [7, 14]
    assert case.faults() == []


def test_a_process_without_a_free_connection_is_busy(case: Case) -> None:
    """Whoever waits for one in vain is told so, and is no fault of the program."""
    db = Database(case.engine.db.url, limits=Limits(pool=1, pool_timeout=1))
    db._engine.pool._timeout = 0  # type: ignore[attr-defined]
    engine = Engine(db, case.engine.clock, case.engine.settings, case.engine.library)
    command, told = FireTimers(case.id), pytest.raises(Busy, match="connections to the database are in use")
    with db.reading(), db.reading(), db.reading(), told:
        engine.execute(command, actor=DANA)
    db.dispose()


@on_postgresql
def test_time_limits_hold_from_the_first_statement(case: Case) -> None:
    """The operator's limits, and a name to find the program by; what the URL carries wins."""
    url = make_url(case.engine.db.url).update_query_dict({"application_name": "web-1"}).render_as_string(False)
    db = Database(url, limits=Limits(statement=7, lock=3, idle=9))
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "application_name")
    with db.reading() as connection:
        assert [connection.scalar(text(f"SHOW {name}")) for name in names] == ["7s", "3s", "9s", "web-1"]
    db.dispose()


@on_postgresql
def test_a_restart_of_the_server_is_noticed_before_a_page_is_asked_for(case: Case, engine: Engine) -> None:
    """Connections that rested are asked first: a reader gets a new one, not an error."""
    beside = Database(engine.db.url)
    records: list[Any] = []
    event.listen(engine.db._engine, "checkout", lambda connection, record, proxy: records.append(record))
    with engine.db.reading() as connection:
        number = backend_of(connection)
    end_backend(beside, number)
    records[0].info["rested_since"] = float("-inf")
    with engine.db.reading() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    beside.dispose()


@on_postgresql
def test_of_two_hosts_whose_clocks_differ_the_second_never_writes_the_past(case: Case, engine: Engine) -> None:
    """It waited for the first, whose clock is ahead: its entries are of the same instant, not of one before."""
    ahead = Engine(engine.db, SetClock(case.moment(7, 11)), engine.settings, engine.library)
    behind = Engine(engine.db, SetClock(case.moment(7, 10)), engine.settings, engine.library)
    attempt = LogAttempt(case.task("pain_checkin")["id"], "phone", "no_answer")
    waits: list[Future[Any]] = []
    with ThreadPoolExecutor(1) as pool:

        def begin_the_other(_: Connection) -> None:
            waits.append(pool.submit(behind.execute, attempt, actor=DANA))
            _until_somebody_waits(engine)

        with at_commit(engine.db, begin_the_other):
            ahead.execute(attempt, actor=DANA)
        waits[0].result()
    assert [entry["at"] for entry in case.history()[-2:]] == [case.moment(7, 11)] * 2
    assert case.faults() == []
