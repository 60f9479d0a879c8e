"""PostgreSQL is stopped at once and started again: nothing is lost, nothing doubled, and nobody else is restarted."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import OperationalError

from cli.worker import work
from engine.application import Engine
from engine.clock import SetClock
from engine.commands import LogAttempt
from engine.errors import Busy, OutcomeUnknown
from engine.library import Library
from engine.settings import SHIPPED_PATHWAYS, Settings
from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.store.tables import versions
from tests.apps import an_app
from tests.conftest import MORNING
from tests.engine.builders import DANA, Case, a_case
from tests.engine.updates import Postbox, a_case_before_its_update, rows, the_update_task
from tests.faults.model import ZONE
from tests.faults.server import Server

CALLERS = 4
BEFORE = 5  # attempts of each that are under way before the server goes
SOON = 0.05  # seconds to leave a database alone, in the place of five


@pytest.fixture
def engine(server: Server, published_versions: list[dict[str, Any]], tmp_path: Path) -> Iterator[Engine]:
    db = Database(server.database())
    upgrade(db)
    with db.writing() as connection:
        connection.execute(insert(versions), published_versions)
    settings = Settings(db.url, "a key for tests that is long enough", ZONE, tmp_path, SHIPPED_PATHWAYS)
    yield Engine(db, SetClock(MORNING), settings, Library())
    db.dispose()


def until(is_so: Callable[[], bool]) -> None:
    """Look every fiftieth of a second, for half a minute at most."""
    waited = threading.Event()
    assert any(is_so() or waited.wait(0.02) for _ in range(1_500))


@dataclass
class Caller:
    """Logs attempts one after the other until told to stop, and keeps what each call was told."""

    case: Case
    with_key: bool
    told: dict[str, str] = field(default_factory=dict)

    def go_on(self, stop: threading.Event) -> None:
        task = self.case.task("welcome_and_consent")["id"]
        while not stop.is_set():
            note = f"call {len(self.told)}"
            command = LogAttempt(task, "phone", "no_answer", note)
            key = f"{self.case.id}-{note}" if self.with_key else None
            try:
                self.case.engine.execute(command, actor=DANA, key=key)
                self.told[note] = "done"
            except OutcomeUnknown:
                self.told[note] = "unknown"
            except (Busy, OperationalError):
                self.told[note] = "not done"

    def kept(self) -> Counter[str]:
        """How often each attempt stands in the record."""
        summaries = [str(entry["detail"]) for entry in self.case.history("contact.attempted")]
        return Counter(note for note in self.told for text in summaries if f'"{note}"' in text)


def all_have_called(callers: list[Caller], times: int) -> bool:
    return all(len(each.told) >= times for each in callers)


def test_whoever_calls_while_the_server_restarts_is_told_the_truth(engine: Engine, server: Server) -> None:
    """Done is there once, not done is not there; under a key all are done once; unknown is there once or not."""
    callers = [Caller(a_case(engine), with_key=number % 2 == 0) for number in range(CALLERS)]
    stop = threading.Event()
    with ThreadPoolExecutor(CALLERS) as pool:
        running = [pool.submit(caller.go_on, stop) for caller in callers]
        for number in (1, 2):
            until(partial(all_have_called, callers, number * BEFORE))
            server.stop()
            server.start()
        until(partial(all_have_called, callers, 2 + max(len(each.told) for each in callers)))
        stop.set()
    assert [each.result() for each in running] == [None] * CALLERS
    for caller in callers:
        kept = caller.kept()
        assert sum(kept.values()) >= 2 * BEFORE
        for note, told in caller.told.items():
            assert kept[note] in {"done": (1,), "not done": (0,), "unknown": (0, 1)}[told], (note, told)
        assert caller.case.faults() == []


def test_web_and_worker_go_on_when_the_server_is_back(
    engine: Engine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meanwhile the probe says 503 and the process itself is up; afterwards a timer fires and an update goes out."""
    for module in ("cli.worker", "engine.outgoing.carrier", "engine.outgoing.queue_carrier"):
        monkeypatch.setattr(f"{module}.AFTER_FAILURE", SOON)
    case, postbox, stop = a_case_before_its_update(engine), Postbox(), threading.Event()
    http = an_app(engine).test_client()
    with ExitStack() as ends:
        pool = ends.enter_context(ThreadPoolExecutor(1))
        ends.callback(stop.set)
        worker = pool.submit(work, engine, stop, {"care_update.send": postbox})
        until(lambda: bool(engine.db.pool_in_use()[1]))
        assert http.get("/readyz").status_code == 200
        server.stop()
        away = http.get("/readyz")
        assert (away.status_code, away.headers["Retry-After"]) == (503, "5")
        assert "try again" in away.get_json()["detail"]
        assert http.get("/healthz").status_code == 200
        server.start()
        until(lambda: http.get("/readyz").status_code == 200)
        case.set_clock(case.moment(7, 10))
        until(lambda: case.days_of("pain_checkin") == [7])
        case.answer(the_update_task(case))
        until(lambda: rows(case)[0]["status"] == "done")
        stop.set()
        worker.result()
    assert postbox.asked == 1
    assert case.faults() == []
