"""Who carries background work goes on where it can, and is known to have ended where it cannot."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from cli.worker import work
from engine.application import Engine
from engine.clock import SetClock
from engine.limits import Limits
from engine.outgoing.dead_letters import retry
from engine.outgoing.import_fhir import OPERATION, ask_for_import
from engine.outgoing.outgoing import Evidence, Files
from engine.outgoing.sweep import sweep
from engine.store.database import Database
from engine.store.failures import is_contention
from engine.store.organisations import MAIN
from tests.databases import closed_at_the_end
from tests.engine.builders import DANA, on_sqlite
from tests.engine.outgoing.test_background import carried_until, lose_all_jobs, on_postgresql
from tests.engine.updates import Postbox, a_case_with_an_update, rows


class Odd:
    """An importer with a fault that no list of faults has."""

    def bring_in(self, engine: Engine, files: Files) -> Evidence:
        raise RuntimeError("odd")


@on_postgresql
def test_a_queue_that_is_locked_is_contention_like_any_other(engine: Engine) -> None:
    """Whoever writes work tries again, and the worker's sweep too: neither ends of it."""
    a_case_with_an_update(engine)
    lose_all_jobs(engine)
    with closed_at_the_end(Database(engine.db.url, limits=Limits(lock=1))) as hasty:
        impatient = Engine(hasty, engine.clock, engine.settings, engine.library)
        with engine.db.writing() as connection:
            connection.execute(text("LOCK TABLE procrastinate_jobs IN SHARE MODE"))
            with pytest.raises(OperationalError) as raised:
                sweep(impatient, {"care_update.send": Postbox()}, engine.clock.now())
        assert is_contention(raised.value)
        assert sweep(impatient, {"care_update.send": Postbox()}, engine.clock.now()) == 1


@on_sqlite
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_whose_carrier_has_ended_ends_too(engine: Engine) -> None:
    """So that whatever watches it starts another: one that fires timers alone looks well, and delivers nothing."""
    ask_for_import(engine, [("ada.json", b"{}")], MAIN, DANA)
    stop = threading.Event()
    alarm = threading.Timer(10, stop.set)
    alarm.start()
    with pytest.raises(RuntimeError, match="background work"):
        work(engine, stop, {OPERATION: Odd()})
    alarm.cancel()


def test_a_row_whose_payload_is_no_json_is_given_up_and_those_behind_it_go_out(engine: Engine) -> None:
    """With a task as any update that did not arrive; what stood there is kept, and a retry is given up again."""
    broken, behind, postbox = a_case_with_an_update(engine), a_case_with_an_update(engine), Postbox()
    row_id = rows(broken)[0]["id"]
    carried = "no json {" if engine.db.dialect == "sqlite" else '["no object"]'
    with engine.db.writing() as connection:  # as somebody with a database shell would
        connection.execute(text("UPDATE outbox SET payload = :to WHERE id = :id"), {"to": carried, "id": row_id})
    channels = {"care_update.send": postbox}
    carried_until(engine, channels, lambda: rows(behind)[0]["status"] == "done")
    for tried in (1, 2):
        row = rows(broken)[0]
        assert (row["status"], row["attempts"], row["payload"]["unreadable"]) == ("failed", tried, carried)
        assert "is no JSON object" in row["error"]
        retry(engine, row_id, DANA)
        carried_until(engine, channels, lambda: rows(broken)[0]["status"] == "failed")
    assert postbox.asked == 1
    assert "care_update_failed" in {task["form"] for task in broken.open()}
    assert broken.faults() == []


@on_sqlite
def test_work_that_was_written_before_the_clock_went_back_does_not_wait_for_its_instant(
    engine: Engine, clock: SetClock
) -> None:
    """Nobody has tried it, so it is due."""
    case, postbox = a_case_with_an_update(engine), Postbox()
    clock.instant -= timedelta(days=2)
    carried_until(engine, {"care_update.send": postbox}, lambda: rows(case)[0]["status"] == "done")
    assert len(postbox.letters) == 1
