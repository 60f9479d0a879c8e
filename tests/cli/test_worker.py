"""`throughline worker`: what is due runs when it is due, and a signal ends it cleanly."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.worker import Worked, work
from engine.application import Engine
from engine.clock import SetClock
from engine.commands import Actor, StartCase
from engine.outgoing.carrier import LONGEST_SLEEP, sleep_for
from engine.store.checkpoints import checkpoint_numbers
from engine.store.database import Database
from engine.store.patients import add_patient
from tests.cli.conftest import Throughline
from tests.engine.updates import Postbox, a_case_with_an_update, rows

NOW = datetime(2026, 7, 6, 14, 0, tzinfo=UTC)


def test_the_worker_sleeps_until_the_next_due_time_or_a_new_command() -> None:
    """Never longer than a new command may wait to be noticed."""
    assert sleep_for(NOW + timedelta(milliseconds=200), NOW) == pytest.approx(0.2)
    assert sleep_for(NOW + timedelta(days=1), NOW) == LONGEST_SLEEP
    assert sleep_for(None, NOW) == LONGEST_SLEEP


def test_the_worker_runs_what_becomes_due(engine: Engine, clock: SetClock) -> None:
    """Time passes while it works; when it is stopped nothing that was due is left."""
    with engine.db.writing() as connection:
        patient = add_patient(connection, name="Ann Lee", birth_date=NOW.date(), now=clock.now())
    engine.execute(StartCase(patient, "msk"), actor=Actor("dana@example.org", "Dana"))
    clock.instant += timedelta(days=20)
    stop = threading.Event()
    counts: list[Worked] = []
    thread = threading.Thread(target=lambda: counts.append(work(engine, stop, {})))
    thread.start()
    waited = threading.Event()
    for _ in range(100):
        if engine.db.commits > 3 or waited.wait(0.05):
            break
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert counts[0].commands >= 1
    assert engine.tick().commands == 0


def test_the_worker_delivers_what_waits(engine: Engine) -> None:
    """Also when no timer is due; then it sleeps."""
    case, postbox, stop = a_case_with_an_update(engine), Postbox(), threading.Event()
    counts: list[Worked] = []
    channels = {"care_update.send": postbox}
    thread = threading.Thread(target=lambda: counts.append(work(engine, stop, channels)))
    thread.start()
    waited = threading.Event()
    for _ in range(200):
        if rows(case)[0]["status"] == "done" or waited.wait(0.05):
            break
    stop.set()
    thread.join(timeout=10)
    assert postbox.asked == 1
    assert counts[0].delivered >= 1  # the day's checkpoint may count as well


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_worker_writes_a_checkpoint_a_day(engine: Engine, clock: SetClock) -> None:
    """After the day's work, so that the checkpoint holds it; and again when the next local day has begun."""
    stop, waited = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: work(engine, stop, {}))
    thread.start()
    found: list[int] = []
    for day in (1, 2):
        for _ in range(200):
            with engine.db.reading() as connection:
                found = list(checkpoint_numbers(connection))
            if len(found) == day or waited.wait(0.05):
                break
        clock.instant += timedelta(days=1)
    stop.set()
    thread.join(timeout=10)
    assert found == [1, 2]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_piece_in_trouble_does_not_end_the_worker(engine: Engine) -> None:
    """What nobody foresaw is noted in the outbox; the piece behind it is delivered, and the worker goes on."""
    first, second, stop = a_case_with_an_update(engine), a_case_with_an_update(engine), threading.Event()
    channels = {"care_update.send": Postbox([UnicodeEncodeError("ascii", "josé", 3, 4, "not in range")])}
    thread = threading.Thread(target=work, args=(engine, stop, channels))
    thread.start()
    waited = threading.Event()
    for _ in range(200):
        if rows(second)[0]["status"] == "done" or waited.wait(0.05):
            break
    assert thread.is_alive()
    stop.set()
    thread.join(timeout=10)
    assert rows(second)[0]["status"] == "done"
    assert "UnicodeEncodeError" in rows(first)[0]["error"]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_signal_ends_the_worker_cleanly(
    sandbox: Throughline, db: Database, add_patient: Callable[[], str], tmp_path: Path
) -> None:
    """SIGTERM is answered with exit code 0, as a service manager expects."""
    env = {**os.environ, **sandbox.env}
    command = [sys.executable, "-c", "from cli.main import main; main()", "worker", "--json"]
    worker = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert worker.stderr is not None
    assert "worker started" in worker.stderr.readline()
    worker.send_signal(signal.SIGTERM)
    stdout, _ = worker.communicate(timeout=15)
    assert worker.returncode == 0
    assert json.loads(stdout)["commands"] == 0
