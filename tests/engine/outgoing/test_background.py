"""Background work on both databases: written once, carried by any number of workers, found again when it is lost."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import metadata
from pathlib import Path

import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import text

import migrations
from engine.application import Engine
from engine.clock import SetClock
from engine.outgoing.carrier import carrier_of
from engine.outgoing.delivery import deliver_outgoing
from engine.outgoing.outgoing import Channels, Evidence, Letter
from engine.outgoing.periodic import Periodic
from engine.outgoing.sweep import Sweep
from engine.store.checkpoints import checkpoint_numbers
from engine.store.database import Database
from engine.store.outbox import add_outgoing
from tests.engine.updates import Postbox, a_case_with_an_update, later, rows

on_postgresql = pytest.mark.parametrize("db", ["postgresql"], indirect=True)


def jobs(engine: Engine) -> int:
    with engine.db.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one())


def lose_all_jobs(engine: Engine) -> None:
    with engine.db.writing() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))


def carried_until(engine: Engine, channels: Channels, is_done: Callable[[], bool], carriers: int = 1) -> None:
    """Let so many carriers work until it is done; each finishes what it has in hand."""
    at_work = [carrier_of(engine, channels) for _ in range(carriers)]
    for each in at_work:
        each.start()
    waited = threading.Event()
    try:
        assert any(is_done() or waited.wait(0.02) for _ in range(500))
    finally:
        for each in at_work:
            each.finish()


@on_postgresql
def test_a_call_for_a_worker_vanishes_with_its_command(engine: Engine) -> None:
    """It is written over the connection of the transaction: what is rolled back calls nobody."""
    before = jobs(engine)
    with engine.db.rolled_back() as connection:
        row = {"operation": "checkpoint.write", "payload": {}, "status": "waiting", "created_at": engine.clock.now()}
        add_outgoing(connection, [row])
        assert connection.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one() == before + 1
    assert jobs(engine) == before


def test_two_carriers_make_one_effect_of_each_piece(engine: Engine) -> None:
    """Whoever is first; and nothing of the queue is left."""
    cases = [a_case_with_an_update(engine) for _ in range(4)]
    postbox = Postbox()
    channels = {"care_update.send": postbox}
    carried_until(engine, channels, lambda: all(rows(case)[0]["status"] == "done" for case in cases), carriers=2)
    assert (postbox.asked, len(postbox.letters)) == (4, 4)
    assert all(len(case.history("care_update.delivered")) == 1 for case in cases)
    if engine.db.dialect == "postgresql":
        assert jobs(engine) == 0


def test_a_carrier_that_is_asked_to_stop_finishes_what_it_has_in_hand(engine: Engine) -> None:
    """As SIGTERM asks a worker: the effect and its note are both there."""
    case, begun, goes_on = a_case_with_an_update(engine), threading.Event(), threading.Event()

    class Slow(Postbox):
        def send(self, letter: Letter) -> Evidence:
            begun.set()
            goes_on.wait(10)
            return Postbox.send(self, letter)

    carrier = carrier_of(engine, {"care_update.send": Slow()}, at_a_time=1)
    carrier.start()
    assert begun.wait(10)
    stopping = threading.Thread(target=carrier.finish)
    stopping.start()
    goes_on.set()
    stopping.join(timeout=20)
    assert not stopping.is_alive()
    assert rows(case)[0]["status"] == "done"


@on_postgresql
def test_a_lost_job_is_found_again(engine: Engine) -> None:
    """The sweep calls for what is due and nobody is called for, once."""
    case, postbox = a_case_with_an_update(engine), Postbox()
    channels = {"care_update.send": postbox}
    lose_all_jobs(engine)
    sweep = Sweep(engine, channels)
    assert sweep.ensure(case.clock()) == 1
    assert Sweep(engine, channels).ensure(case.clock()) == 0
    carried_until(engine, channels, lambda: rows(case)[0]["status"] == "done")
    assert postbox.asked == 1


@on_postgresql
def test_a_moved_clock_brings_the_next_attempt(engine: Engine) -> None:
    """The queue knows real time only; a sandbox's clock calls by the sweep."""
    case = a_case_with_an_update(engine)
    channels = {"care_update.send": Postbox([ConnectionResetError("reset")])}
    deliver_outgoing(engine, channels, case.clock())
    lose_all_jobs(engine)
    sweep = Sweep(engine, channels)
    assert sweep.ensure(case.clock()) == 0
    later(case, hours=1)
    assert sweep.ensure(case.clock()) == 1
    carried_until(engine, channels, lambda: rows(case)[0]["status"] == "done")


class KilledAfterwards:
    """A channel whose process is gone once the update is there, before anybody is told."""

    name = "file"

    def __init__(self, file: Path) -> None:
        self.file = file

    def send(self, letter: Letter) -> dict[str, str]:
        with self.file.open("a", encoding="ascii") as stream:
            stream.write(f"{letter.key}\n")
        os.kill(os.getpid(), signal.SIGKILL)
        return {}


def test_two_workers_killed_between_the_effect_and_its_note_leave_one_effect(engine: Engine, tmp_path: Path) -> None:
    """Each asked under the same key; the third finds the row waiting, and notes it once."""
    case, file, postbox = a_case_with_an_update(engine), tmp_path / "sent", Postbox()
    for _ in range(2):
        assert in_another_process(engine, KilledAfterwards(file)) == -signal.SIGKILL
        later(case, minutes=5)
        Sweep(engine, {"care_update.send": postbox}).ensure(case.clock())
    channels = {"care_update.send": postbox}
    carried_until(engine, channels, lambda: rows(case)[0]["status"] == "done")
    assert set(file.read_text(encoding="ascii").split()) == set(postbox.letters)
    assert len(case.history("care_update.delivered")) == 1
    assert case.faults() == []


def in_another_process(engine: Engine, channel: KilledAfterwards) -> int:
    """Carry in a child; how it ended, a signal as its negative number."""
    engine.db.dispose()  # a connection must not be shared with the child
    child = os.fork()
    if child == 0:
        own = Engine(Database(engine.db.url), engine.clock, engine.settings, engine.library)
        carrier = carrier_of(own, {"care_update.send": channel})
        carrier.start()
        threading.Event().wait(20)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_any_number_of_workers_make_one_checkpoint_of_a_day(engine: Engine, clock: SetClock) -> None:
    """The day stands in the key of the row; the next day has one of its own."""
    for day in (1, 2):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: Periodic(engine).ensure(clock.now()), range(4)))

        def numbers() -> list[int]:
            with engine.db.reading() as connection:
                return list(checkpoint_numbers(connection))

        carried_until(engine, {}, lambda: len(numbers()) == day, carriers=2)  # noqa: B023
        assert numbers() == list(range(1, day + 1))
        clock.instant += timedelta(days=1)


@on_postgresql
def test_the_order_in_which_work_is_done_is_irrelevant(engine: Engine) -> None:
    """The last called for goes first: every piece arrives all the same."""
    cases = [a_case_with_an_update(engine) for _ in range(3)]
    with engine.db.writing() as connection:
        connection.execute(text("UPDATE procrastinate_jobs SET priority = id::integer"))
    channels = {"care_update.send": Postbox()}
    carried_until(engine, channels, lambda: all(rows(case)[0]["status"] == "done" for case in cases))


@on_postgresql
def test_the_queue_in_the_database_is_the_installed_library_s(engine: Engine) -> None:
    """A newer library that changes its schema comes with a revision of ours."""
    (kept,) = Path(migrations.__file__).parent.glob("procrastinate_*.sql")
    assert kept.read_text(encoding="utf-8") == SchemaManager.get_schema()
    with engine.db.reading() as connection:
        noted = connection.execute(text("SELECT obj_description('procrastinate_jobs'::regclass)")).scalar_one()
    assert metadata.version("procrastinate").startswith(noted.removeprefix("procrastinate "))
