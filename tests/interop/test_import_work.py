"""Files that somebody asked to be imported are read by another process, once, and are not kept after that."""

from __future__ import annotations

import json
import os
import signal
import threading
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.application import Engine
from engine.clock import SetClock
from engine.commands import Actor
from engine.errors import InvalidInput
from engine.limits import Limits
from engine.outgoing.carrier import carrier_of
from engine.outgoing.delivery import deliver_outgoing
from engine.outgoing.import_fhir import MOST_BYTES, OPERATION, ask_for_import
from engine.outgoing.outgoing import Evidence, Files, NotDelivered
from engine.store.database import Database
from engine.store.organisations import MAIN
from engine.store.outbox import files_of, outgoing
from engine.store.tables import patients
from interop import import_work
from interop.fhir_import import ImportReport, import_files
from interop.import_work import FhirImporter
from tests.databases import closed_at_the_end
from tests.engine.builders import on_sqlite
from tests.interop.synthea import a_bundle, a_patient, a_whole_bundle

LENA = Actor("lena@example.org", "Lena")
ADA_AND_MORE = json.dumps(a_whole_bundle()).encode()


class KilledInTheMiddle:
    """An importer whose process is gone once the patients are there, before its copies are not and anybody is told."""

    def bring_in(self, engine: Engine, files: Files) -> Evidence:
        def import_and_die(*given: Any, **more: Any) -> ImportReport:
            import_files(*given, **more)
            os.kill(os.getpid(), signal.SIGKILL)
            raise AssertionError("nobody gets here")

        import_work.import_files = import_and_die  # type: ignore[attr-defined]  # of the child alone
        return FhirImporter().bring_in(engine, files)


def test_another_process_reads_them_in_and_says_how_it_went(engine: Engine) -> None:
    """Whichever worker is free: all that it needs stands in the database."""
    row_id = ask_for_import(engine, [("ada.json", ADA_AND_MORE), ("odd.json", b"{}")], MAIN, LENA)
    assert in_another_process(engine, row_id, FhirImporter()) == 0
    with engine.db.reading() as connection:
        row, kept = outgoing(connection, row_id), files_of(connection, row_id)
    assert (row["status"], row["requested_by"], kept) == ("done", LENA.id, [])
    assert {name: row["result"][name] for name in ("imported", "updated", "skipped")} == {
        "imported": 1, "updated": 0, "skipped": 0,
    }  # fmt: skip
    assert [fault["file"] for fault in row["result"]["failed"]] == ["odd.json"]


def test_a_worker_killed_after_reading_them_brings_nobody_twice(engine: Engine, clock: SetClock) -> None:
    """The second attempt finds all of it done."""
    row_id = ask_for_import(engine, [("ada.json", ADA_AND_MORE)], MAIN, LENA)
    assert in_another_process(engine, row_id, KilledInTheMiddle()) == -signal.SIGKILL
    assert list(engine.settings.data_dir.rglob("ada.json"))
    clock.instant += timedelta(hours=1)
    assert deliver_outgoing(engine, {OPERATION: FhirImporter()}, clock.now()).delivered == [row_id]
    with engine.db.reading() as connection:
        assert connection.execute(select(func.count()).select_from(patients)).scalar_one() == 1
        assert outgoing(connection, row_id)["result"]["skipped"] == 1
    assert not list(engine.settings.data_dir.rglob("ada.json")), "what the killed one left is about a patient"


@on_sqlite
def test_files_that_cannot_be_used_are_given_up_at_once_and_kept_for_another_try(engine: Engine) -> None:
    """With the reason of each."""
    row_id = ask_for_import(engine, [("odd.json", b"{}")], MAIN, LENA)
    assert deliver_outgoing(engine, {OPERATION: FhirImporter()}, engine.clock.now()).failed == [row_id]
    with engine.db.reading() as connection:
        assert "odd.json: the file is not a Bundle" in outgoing(connection, row_id)["error"]
        assert len(files_of(connection, row_id)) == 1


@pytest.mark.parametrize(
    "files",
    [
        [],
        [("a.exe", b"x")],
        [("../a.json", b"x")],
        [("a.json", b"")],
        [("a.json", b"x" * (MOST_BYTES + 1))],
        [(f"{n}.json", b"x") for n in range(101)],
    ],
    ids=["none", "kind", "path", "empty", "large", "many"],
)
@on_sqlite
def test_what_cannot_be_an_import_is_refused_before_it_is_kept(engine: Engine, files: list[tuple[str, bytes]]) -> None:
    """By name, size and number."""
    with pytest.raises(InvalidInput):
        ask_for_import(engine, files, MAIN, LENA)


@on_sqlite
def test_two_files_of_one_name_are_two_files(engine: Engine) -> None:
    """A browser sends names without their folders."""
    ben = json.dumps(a_bundle(a_patient("ben", identifier=[]))).encode()
    row_id = ask_for_import(engine, [("p.json", ADA_AND_MORE), ("p.json", ben)], MAIN, LENA)
    deliver_outgoing(engine, {OPERATION: FhirImporter()}, engine.clock.now())
    with engine.db.reading() as connection:
        assert outgoing(connection, row_id)["result"]["imported"] == 2


def in_another_process(engine: Engine, row_id: int, importer: FhirImporter | KilledInTheMiddle) -> int:
    """Carry in a child until the work is done; how it ended, a signal as its negative number."""
    engine.db.dispose()  # a connection must not be shared with the child
    child = os.fork()
    if child == 0:
        own = Engine(Database(engine.db.url), engine.clock, engine.settings, engine.library)
        carrier = carrier_of(own, {OPERATION: importer})
        carrier.start()
        waited = threading.Event()
        while row_id not in carrier.done.delivered:
            waited.wait(0.02)
        carrier.finish()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_what_may_pass_the_next_time_is_neither_done_nor_given_up(engine: Engine) -> None:
    """A database without a free connection is no fault of a file: all of them are read again."""
    small = Database(engine.db.url, limits=Limits(pool=1, pool_timeout=1))
    busy = Engine(small, engine.clock, engine.settings, engine.library)
    with closed_at_the_end(small), ExitStack() as held:
        for _ in range(3):
            held.enter_context(small.reading())
        with pytest.raises(NotDelivered, match=r"ada\.json"):
            FhirImporter().bring_in(busy, Files([("ada.json", ADA_AND_MORE), ("odd.json", b"{}")], MAIN, LENA.id))
