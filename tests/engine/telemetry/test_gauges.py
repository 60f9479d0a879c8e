"""What the database says of itself to Prometheus, and that asking costs little however long the record is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import event, text

from engine.application import Engine
from engine.clock import SetClock
from engine.outgoing.outgoing import Undeliverable
from engine.proof.checkpoints import write_daily
from engine.telemetry.gauges import GAUGES, KEPT, KEPT_COUNTS, Gauges
from tests.engine.builders import a_case
from tests.engine.updates import Postbox, a_case_with_an_update, deliver


@dataclass
class Watch:
    """A stopwatch that a test moves."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Scrape:
    """The gauges of an engine's database, and the statements that asking for them took."""

    engine: Engine
    watch: Watch = field(default_factory=Watch)

    def __post_init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(Gauges(self.engine, self.watch))

    def __call__(self, name: str, **labels: str) -> float | None:
        self.watch.seconds += KEPT_COUNTS
        return self.registry.get_sample_value(f"throughline_{name}", labels)

    def statements(self) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []

        def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            if statement.lstrip().startswith("SELECT"):
                found.append((statement, parameters))

        event.listen(SqlEngine, "before_cursor_execute", note)
        try:
            list(self.registry.collect())
        finally:
            event.remove(SqlEngine, "before_cursor_execute", note)
        return found


def moved(engine: Engine, **by: float) -> None:
    assert isinstance(engine.clock, SetClock)
    engine.clock.instant += timedelta(**by)


def test_timers_are_late_when_nobody_fires_them(engine: Engine) -> None:
    """The lag is that of the earliest; after a tick it is nothing."""
    scrape = Scrape(engine)
    assert scrape("timers_late_seconds") == 0
    a_case(engine).answer_all()
    moved(engine, days=30)
    assert (scrape("timers_late_seconds") or 0) > 86_400
    engine.tick()
    assert scrape("timers_late_seconds") == 0


def test_work_is_told_by_operation_and_status(engine: Engine) -> None:
    """What waits, what is due and since when; what was given up stays until somebody settles it."""
    scrape = Scrape(engine)
    case = a_case_with_an_update(engine)
    moved(engine, hours=2)
    send = "care_update.send"
    assert scrape("work", operation=send, status="waiting") == 1
    assert scrape("work_due", operation=send) == 1
    assert scrape("work_late_seconds", operation=send) == 7_200
    deliver(case, Postbox(errors=[Undeliverable("no such address")]))
    assert scrape("work", operation=send, status="failed") == 1
    assert scrape("work", operation=send, status="waiting") is None


def test_cases_tasks_and_the_checkpoint(engine: Engine) -> None:
    """Cases by status and track; a checkpoint's age is absent until there is one."""
    scrape = Scrape(engine)
    case = a_case(engine)
    assert scrape("cases", status="active", track="msk") == 1
    assert scrape("cases_active") == 1
    assert scrape("tasks_open") == len(case.open())
    assert scrape("incidents_open") == 0
    assert scrape("checkpoint_age_seconds") is None
    write_daily(engine.db, engine.settings, engine.clock.now())
    moved(engine, hours=27)
    assert scrape("checkpoint_age_seconds") == 27 * 3_600


def test_every_gauge_is_told(engine: Engine) -> None:
    """Whatever is in the list is collected, with its labels."""
    found = {family.name: family for family in Scrape(engine).registry.collect()}
    assert list(found) == [name for name, *_ in GAUGES]


def test_who_asks_often_costs_no_more_than_who_asks_once(engine: Engine) -> None:
    """An answer serves for some seconds; what grows with the patients is counted once a minute."""
    scrape = Scrape(engine)
    first = len(scrape.statements())
    assert scrape.statements() == []
    scrape.watch.seconds += KEPT
    assert 0 < len(scrape.statements()) < first <= 8


def test_what_is_asked_often_reads_only_what_is_open(engine: Engine) -> None:
    """No scan of cases, of the outbox or of the record: each statement finds its rows in an index."""
    a_case(engine)
    scrape = Scrape(engine)
    scrape.statements()
    scrape.watch.seconds += KEPT
    plans = [_plan(engine, statement, parameters) for statement, parameters in scrape.statements()]
    assert len(plans) == 5
    assert [plan for plan in plans if re.search(_SCANNED, plan)] == []


# A whole table, not an index; the newest checkpoint is the first that SQLite meets.
_SCANNED = r"Seq Scan on|SCAN (?!checkpoints)\w+(?! USING)$"


def _plan(engine: Engine, statement: str, parameters: Any) -> str:
    is_sqlite = engine.db.dialect == "sqlite"
    with engine.db.reading() as connection:
        if not is_sqlite:  # of a table with a row or two it would read all
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        explained = f"{'EXPLAIN QUERY PLAN' if is_sqlite else 'EXPLAIN'} {statement}"
        return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explained, parameters))


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_pool_is_told(engine: Engine) -> None:
    """A connection in use is one while it is used."""
    scrape = Scrape(engine)
    with engine.db.reading():
        assert scrape("database_connections", state="used") == 1
    assert scrape("database_connections", state="used") == 0
