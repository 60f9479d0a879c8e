"""One diagram that fails concerns its own process: other processes, other cases and other workers do not notice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from engine.application import Engine, ScratchEngine, TickResult
from engine.bundle import PathwayFiles
from engine.commands import DeliverEvent, MigrateProcess
from engine.incidents.bulk import retry_all
from engine.publish import publish
from engine.store.incidents import Group
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import DANA, Case, on_sqlite
from tests.engine.incidents.builders import (
    DIRECTOR,
    TIMER_FAILS,
    TIMER_MENDED,
    detail,
    how_many_open,
    incident,
    incidents,
    retry,
)
from tests.engine.migration.builders import Pathway, migrate

VISIT = '<bpmn:extensionElements><tl:pathway tracks="bh" title="After a visit"/></bpmn:extensionElements>'


def publish_visit(pathway: Pathway, wait: str) -> str:
    """A diagram that an emergency visit starts, and that waits at its first step."""
    folder = pathway.folder.parent / f"visit-{wait}"
    folder.mkdir()
    parts = (
        VISIT,
        d.start("came", d.message("transition.ed_visit")),
        d.catch("rest", d.timer("duration", wait)),
        d.user("call"),
        d.end(),
        d.flow("came rest call end"),
    )
    for path, text in d.bundle(*parts).items():
        file = folder / path.replace(d.MAIN, "visit.bpmn")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text.replace('id="main" name="main"', 'id="visit" name="Visit"'), encoding="utf-8")
    with pathway.engine.db.writing() as connection:
        now = pathway.engine.clock.now()
        return publish(connection, PathwayFiles(folder), "visit.bpmn", note="test", by="test", now=now)[0].hash


def story(case: Case) -> list[tuple[object, ...]]:
    """What the record says, without what tells one patient from another."""
    return [(row["at"], row["kind"], row["element_id"], row["actor"], row["summary"]) for row in case.history()]


@on_sqlite
def test_one_poison_among_fifty_leaves_the_others_as_they_would_be(pathway: Pathway) -> None:
    """Forty-nine records say what they say when nobody fails; the fiftieth is parked and told once."""
    pathway.version(*TIMER_MENDED)
    healthy = [pathway.case() for _ in range(49)]
    pathway.version(*TIMER_FAILS)
    poisoned = pathway.case()
    assert healthy[0].to_day(7).failed == (poisoned.id,)
    assert healthy[0].to_day(9).failed == ()
    pathway.version(*TIMER_MENDED)
    alone = [entry[1:4] for entry in story(healthy[0])]
    assert [entry[1] for entry in alone].count("late") >= 1
    assert all([entry[1:4] for entry in story(each)] == alone for each in healthy)
    assert how_many_open(pathway.engine) == 1
    assert all(each.elements() == ["late"] and each.faults() == [] for each in healthy)


def test_the_other_processes_of_a_case_go_on(pathway: Pathway) -> None:
    """The pathway is parked by the very command that tells of a visit; what the visit starts begins."""
    pathway.version(*TIMER_FAILS)
    publish_visit(pathway, "P1D")
    case = pathway.case()
    case.set_clock(case.moment(8))
    outcome = case.event("transition.ed_visit")
    assert (outcome.parked, outcome.matched) == ((f"{case.id}-p1-i1",), True)
    assert case.to_day(9).failed == ()
    assert "call" in case.elements()
    assert incident(case)["process_id"] == f"{case.id}-p1"


def test_a_diagram_that_fails_where_an_event_starts_it_is_parked_before_its_start(pathway: Pathway) -> None:
    """The event counts, all else that it starts goes on; mended, it begins as of the day of the event."""
    pathway.version(*TIMER_MENDED)
    publish_visit(pathway, "answer.wait")
    case = pathway.case()
    case.to_day(1)
    outcome = pathway.engine.execute(DeliverEvent(case.id, "transition.ed_visit", {}), actor=DANA)
    row = incident(case)
    assert outcome.parked == (row["id"],)
    assert (row["definition"], row["element_id"]) == ("visit", "rest")
    assert case.history("event.received")
    mended = publish_visit(pathway, "P2D")
    case.to_day(10)
    pathway.engine.execute(MigrateProcess(case.id, row["process_id"], mended), actor=DANA)
    assert incident(case)["id"] == row["id"]
    retry(case)
    assert case.days_of("call") == [3]
    assert [each["resolution"] for each in incidents(case)] == ["migrated"]
    assert case.faults() == []


def test_two_ticks_at_once_park_once(pathway: Pathway) -> None:
    """Both meet the failure; one parks, the other finds it done."""
    pathway.version(*TIMER_FAILS)
    case = pathway.case()
    case.set_clock(case.moment(7))
    together = Barrier(2)

    def tick(_: int) -> TickResult:
        together.wait()
        return pathway.engine.tick()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(tick, range(2)))
    assert sorted(result.failed for result in results) == [(), (case.id,)]
    assert len(case.history("incident.opened")) == 1
    assert case.faults() == []


@on_sqlite
def test_a_crash_before_the_parking_leaves_it_to_the_next_tick(pathway: Pathway) -> None:
    """The failed attempt has left nothing; the process is parked when somebody ticks again."""
    pathway.version(*TIMER_FAILS)
    case = pathway.case()
    before = case.everything()

    def die(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("INSERT INTO incidents"):
            raise ConnectionError("the machine stops")

    event.listen(pathway.engine.db._engine, "before_cursor_execute", die)
    with pytest.raises(ConnectionError):
        case.to_day(7)
    event.remove(pathway.engine.db._engine, "before_cursor_execute", die)
    assert case.everything() == before
    assert pathway.engine.tick().failed == (case.id,)
    assert incident(case)["failures"] == 1


def test_a_retry_waits_for_nothing_of_other_cases(pathway: Pathway) -> None:
    """Two parked cases are settled one by one; the other stays as it is."""
    pathway.version(*TIMER_FAILS)
    one, other = pathway.case(), pathway.case()
    one.to_day(7)
    mended = pathway.version(*TIMER_MENDED)
    migrate(one, mended)
    before = other.everything()
    retry(one)
    assert other.everything() == before
    assert not retry(other).matched
    assert detail(other, "incident.retried")["failures"] == 2


def test_an_engine_on_a_scratch_database_tells_faults_as_they_are(engine: Engine, pathway: Pathway) -> None:
    """Scenarios and walks report what the diagram does, and park nothing."""
    pathway.version(*TIMER_FAILS)
    case = pathway.case()
    scratch = ScratchEngine(engine.db, engine.clock, engine.settings, engine.library)
    case.set_clock(case.moment(7))
    assert scratch.tick().failed == (case.id,)
    assert incidents(case) == []


class CancelledByTimeLimit(sqlite3.OperationalError):
    """What PostgreSQL says of a statement that took longer than its limit."""

    sqlstate = "57014"


@contextmanager
def refusing(pathway: Pathway, table: str, *named: str) -> Iterator[None]:
    """The database does not write rows of a table that name one of these."""

    def refuse(connection: object, cursor: object, statement: str, parameters: object, *rest: object) -> None:
        if table in statement and not statement.startswith("SELECT") and any(n in str(parameters) for n in named):
            raise CancelledByTimeLimit("canceling statement due to statement timeout")

    event.listen(pathway.engine.db._engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(pathway.engine.db._engine, "before_cursor_execute", refuse)


@on_sqlite
def test_a_case_whose_statement_the_database_refuses_blocks_no_other(pathway: Pathway) -> None:
    """It is left for the next tick, though it is the first that is due; when nothing is taken the tick says so."""
    pathway.version(*TIMER_MENDED)
    first, other = pathway.case(), pathway.case()
    with refusing(pathway, "history", first.id):
        assert other.to_day(9).failed == (first.id,)
    assert (first.elements(), other.elements()) == ([], ["late"])
    assert first.to_day(9).failed == ()
    assert first.elements() == ["late"]


@on_sqlite
def test_a_database_that_refuses_every_case_stops_the_tick(pathway: Pathway) -> None:
    """The second refusal in a row is raised."""
    pathway.version(*TIMER_MENDED)
    cases = [pathway.case() for _ in range(3)]
    with refusing(pathway, "history", *(case.id for case in cases)), pytest.raises(DBAPIError):
        cases[0].to_day(9)
    assert cases[0].to_day(9).commands == 3


@on_sqlite
def test_a_run_of_retries_passes_over_a_case_that_cannot_be_written(pathway: Pathway) -> None:
    """All others have their turn."""
    pathway.version(*TIMER_FAILS)
    one, other = pathway.case(), pathway.case()
    one.to_day(7)
    seen = incident(one)
    mended = pathway.version(*TIMER_MENDED)
    for case in (one, other):
        migrate(case, mended)

    def refuse(connection: object, cursor: object, statement: str, parameters: object, *rest: object) -> None:
        if statement.startswith("UPDATE incidents") and seen["id"] in str(parameters):
            raise ValueError("a value that no column takes")

    event.listen(pathway.engine.db._engine, "before_cursor_execute", refuse)
    group = Group(seen["definition"], seen["version"], seen["element_id"])
    done = retry_all(pathway.engine, group, actor=DIRECTOR, organisation=None)
    event.remove(pathway.engine.db._engine, "before_cursor_execute", refuse)
    assert (done.passed, done.settled) == ((seen["id"],), (f"{other.id}-p1-i1",))
