"""Workers claim what is due: each case once, the earliest first, and nobody waits for a case in other hands."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text, update
from sqlalchemy.exc import OperationalError

from bench.ground import multiply
from engine.application import Engine
from engine.commands import Outcome
from engine.store.cases import any_due, claimed_cases
from engine.store.tables import cases, history, processes
from engine.telemetry.logs import COMMANDS
from engine.ticking import TOGETHER, Tick, TickResult
from tests.engine.builders import Case, a_case
from tests.engine.interruptions import at_commit

on_postgresql = pytest.mark.parametrize("db", ["postgresql"], indirect=True)
COUNT = 24


@pytest.fixture
def due(engine: Engine) -> dict[str, datetime]:
    """Many cases whose check-in is due now, a millisecond apart, by id."""
    case = a_case(engine).at_day(6)
    multiply(engine, COUNT)
    case.set_clock(case.moment(7, 10))
    with engine.db.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(select(cases.c.id, cases.c.next_due))}


class Noting(Engine):
    """An engine that notes what it fires, in order."""

    def like(self, other: Engine) -> Noting:
        self.__dict__.update(other.__dict__)
        self.fired: list[str] = []
        return self

    def carry_out(self, connection: Connection, command: Any, **rest: Any) -> Outcome:
        self.fired.append(command.case_id)
        return super().carry_out(connection, command, **rest)


def noting(engine: Engine) -> Noting:
    return Noting.__new__(Noting).like(engine)


def fired(engine: Engine) -> list[str]:
    """The cases in which a timer fired."""
    with engine.db.reading() as connection:
        return sorted(connection.execute(select(history.c.case_id).where(history.c.kind == "timer.fired")).scalars())


def test_one_worker_fires_in_due_order(engine: Engine, due: dict[str, datetime]) -> None:
    """Whoever was due first is served first."""
    worker = noting(engine)
    assert worker.tick() == TickResult(COUNT, COUNT, ())
    assert worker.fired == sorted(due, key=lambda each: due[each])


@on_postgresql
def test_three_workers_fire_each_case_once_and_each_in_due_order(engine: Engine, due: dict[str, datetime]) -> None:
    """They share the work between them; what each takes follows the order in which it was due."""
    workers, together = [noting(engine) for _ in range(3)], Barrier(3)

    def tick(worker: Noting) -> TickResult:
        together.wait()
        return worker.tick()

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(tick, workers))
    assert sum(result.commands for result in results) == COUNT
    assert fired(engine) == sorted(due)
    for worker in workers:
        assert [due[each] for each in worker.fired] == sorted(due[each] for each in worker.fired)


@on_postgresql
def test_a_slow_command_holds_up_its_own_case_alone(engine: Engine, due: dict[str, datetime]) -> None:
    """While somebody holds the earliest case, a tick fires all others and does not wait; then it is the one left."""
    first = min(due, key=lambda each: due[each])
    with engine.db.rolled_back() as slow:
        slow.execute(text("SELECT id FROM cases WHERE id = :id FOR UPDATE"), {"id": first}).all()
        assert engine.tick() == TickResult(COUNT - 1, COUNT - 1, ())
    assert first not in fired(engine)
    assert engine.tick() == TickResult(1, 1, ())


def test_a_case_in_hand_is_fired_in_the_transaction_that_claimed_it(engine: Engine, due: dict[str, datetime]) -> None:
    """One transaction for the claim and the command: a crash between them cannot be."""
    commits = engine.db.commits
    Tick(engine)._fire_one()
    assert engine.db.commits == commits + 1
    assert len(fired(engine)) == 1


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """How commands ended, as the log tells it."""
    caplog.set_level(logging.INFO, COMMANDS)
    return lambda: [vars(each)["outcome"] for each in caplog.records if each.name == COMMANDS]


def test_several_share_a_commit(
    engine: Engine, due: dict[str, datetime], told: Callable[[], list[str]]
) -> None:
    """And each is told, once. A slow machine lets some of them go again, and commits more often."""
    before = engine.db.commits
    assert engine.tick() == TickResult(COUNT, COUNT, ())
    assert COUNT // TOGETHER <= engine.db.commits - before < COUNT // 2
    assert told() == ["done"] * COUNT


@pytest.mark.parametrize("place", [0, 3, TOGETHER - 1, COUNT - 1])
def test_what_goes_wrong_with_one_takes_nothing_from_those_beside_it(
    engine: Engine, due: dict[str, datetime], told: Callable[[], list[str]], place: int
) -> None:
    """Its state cannot be read: it is parked and reported; the others fire once, in order, and are told once."""
    broken = sorted(due, key=lambda each: due[each])[place]
    with engine.db.writing() as connection:
        connection.execute(update(processes).where(processes.c.case_id == broken).values(state="{"))
    assert engine.tick() == TickResult(COUNT, COUNT, (broken,))
    assert fired(engine) == sorted(set(due) - {broken})
    assert sorted(told()) == ["done"] * (COUNT - 1) + ["parked"]


def test_a_commit_that_breaks_has_fired_nothing_and_is_done_again(
    engine: Engine, due: dict[str, datetime], told: Callable[[], list[str]]
) -> None:
    """The connection ends at the first commit, before the server has it: every case fires once all the same."""

    def broken(connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, ConnectionError("gone"), connection_invalidated=True)

    with at_commit(engine.db, broken):
        assert engine.tick() == TickResult(COUNT, COUNT, ())
    assert fired(engine) == sorted(due)
    assert told() == ["done"] * COUNT


def plan_of(engine: Engine, ask: Any) -> str:
    """How the database answers what ``ask`` asks it."""
    asked: list[tuple[str, Any]] = []

    def note(connection: Connection, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(engine.db._engine, "before_cursor_execute", note)
    try:
        with engine.db.rolled_back() as connection:
            ask(connection)
    finally:
        event.remove(engine.db._engine, "before_cursor_execute", note)
    ((statement, parameters),) = asked
    explain = "EXPLAIN" if engine.db.dialect == "postgresql" else "EXPLAIN QUERY PLAN"
    with engine.db.rolled_back() as connection:
        rows = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


def test_what_is_due_is_found_by_its_partial_index(engine: Engine) -> None:
    """Both the look whether anything is due and the claim: neither reads the table, however many cases wait."""
    a_case(engine).at_day(1)
    multiply(engine, 2_000, bare=True)
    now = engine.clock.now()
    for ask in (lambda each: any_due(each, now), lambda each: claimed_cases(each, now, TOGETHER)):
        plan = plan_of(engine, ask)
        assert "ix_cases_next_due" in plan
        assert "Seq Scan on cases" not in plan
        assert "SCAN cases\n" not in f"{plan}\n"
        assert "TEMP B-TREE" not in plan  # nothing is sorted


def test_an_idle_tick_asks_one_question_and_reads_no_case(engine: Engine) -> None:
    """However many cases wait: the first entry of an index."""
    case: Case = a_case(engine).at_day(1)
    asked: list[str] = []
    event.listen(engine.db._engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert engine.tick() == TickResult(0, 0, ())
    assert case.row["next_due"] > engine.clock.now()
    (select_,) = [each for each in asked if each.startswith("SELECT")][:1]
    assert select_.startswith("SELECT min(cases.next_due)")
