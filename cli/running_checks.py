"""How a running installation is: the database near, nothing late or standing still, room on disk, keys kept close."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from statistics import median

from sqlalchemy import Connection

from cli.installation import Installation
from engine.clock import SystemClock, stopwatch
from engine.counted import counted
from engine.errors import ScannerAway
from engine.settings import Settings
from engine.store import measured
from engine.store.cases import next_due
from engine.store.clocks import clock_of
from engine.store.incidents import open_incidents
from engine.virus_scanner import VIRUS_SCANNER, VirusScanner

# Beyond these something is wrong; docs/observability.md says the same, and the alerts ring at the same marks.
SLOWEST_ANSWER = 0.1  # seconds for a question that reads nothing
LATEST_TIMER = timedelta(minutes=5)
LATEST_WORK = timedelta(hours=1)
OLDEST_CHECKPOINT = timedelta(hours=26)  # one a day, and two hours of grace
LARGEST_SKEW = timedelta(seconds=5)
LEAST_FREE = 1024**3  # bytes
FULLEST_SERVER = 0.8  # of its connections
_ASKED = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, what was found and, where it is not well, what to do."""

    name: str
    ok: bool
    found: str
    hint: str = ""


def of_host(settings: Settings) -> Iterator[Check]:
    """What is looked at without the database."""
    folder = next(each for each in (settings.data_dir.resolve(), *settings.data_dir.resolve().parents) if each.exists())
    free = shutil.disk_usage(folder).free
    hint = "make room: a full disk stops every command, nothing that was done is lost"
    yield Check("disk", free >= LEAST_FREE, f"{free / 1024**3:.1f} GiB free for {settings.data_dir}", hint)
    yield _kept_close("signing key", settings.signing_key)
    yield _kept_close("secret key", settings.data_dir / "secret_key")
    if settings.door.scanner is not None:
        yield _scanner(settings.door.scanner)


def _scanner(scanner: VirusScanner) -> Check:
    hint = f"start clamd, or name another in {VIRUS_SCANNER}: no file is taken until it answers"
    try:
        return Check("virus scanner", True, scanner.version())
    except ScannerAway:
        return Check("virus scanner", False, f"{scanner.address} does not answer", hint)


def of_database(installation: Installation) -> Iterator[Check]:
    """What is looked at in a database at the current schema."""
    db, now = installation.db, clock_of(installation.db).now()
    with db.reading() as connection:
        yield _latency(connection)
        if db.dialect == "postgresql":
            yield _connections(connection)
            yield _skew(connection)
            yield _queue(connection)
            yield Check("workers", True, f"{counted(measured.live_workers(connection), 'worker')} in the last minute")
        yield _timers(connection, now)
        yield _work(connection, now)
        yield _incidents(connection)
        yield _checkpoint(connection, now)


def _latency(connection: Connection) -> Check:
    took = []
    for _ in range(_ASKED):
        elapsed = stopwatch()
        measured.answers(connection)
        took.append(elapsed())
    seconds = median(took)
    hint = "put the database nearer, or find out what keeps it busy"
    return Check("database latency", seconds <= SLOWEST_ANSWER, f"{seconds * 1000:.1f} ms", hint)


def _connections(connection: Connection) -> Check:
    used, most = measured.server_connections(connection)
    hint = "raise max_connections of PostgreSQL, or lower THROUGHLINE_DATABASE_POOL"
    return Check("database connections", used <= FULLEST_SERVER * most, f"{used} of {most} in use", hint)


def _skew(connection: Connection) -> Check:
    clock = SystemClock()
    before = clock.now()
    theirs = measured.server_time(connection)
    ours = before + (clock.now() - before) / 2
    skew = abs(theirs - ours)
    hint = "let NTP set the clocks of both hosts"
    return Check("clocks", skew <= LARGEST_SKEW, f"{skew.total_seconds():.1f} s apart from the database's", hint)


def _queue(connection: Connection) -> Check:
    made_by, installed = measured.queue_version(connection), version("procrastinate")
    fits = f"procrastinate {installed}.".startswith(f"{made_by}.")
    hint = "install what requirements.lock names, then run 'throughline db upgrade'"
    return Check("queue", fits, f"tables of {made_by}, library {installed}", hint)


def _timers(connection: Connection, now: datetime) -> Check:
    late = _late(next_due(connection), now)
    hint = "start 'throughline worker', or run 'throughline tick'"
    return Check("timers", late <= LATEST_TIMER, f"{_told(late)} late" if late else "none is late", hint)


def _work(connection: Connection, now: datetime) -> Check:
    waiting = measured.waiting_work(connection, now)
    late = _late(min((each.due_since for each in waiting if each.due_since), default=None), now)
    hint = "start 'throughline worker', or run 'throughline outbox deliver'"
    return Check("background work", late <= LATEST_WORK, f"{_told(late)} late" if late else "none is late", hint)


def _incidents(connection: Connection) -> Check:
    count = open_incidents(connection)
    hint = "a clinical director settles them on the page Incidents"
    return Check("incidents", not count, f"{count} open", hint)


def _checkpoint(connection: Connection, now: datetime) -> Check:
    last = measured.last_checkpoint_at(connection)
    if last is None:
        return Check("checkpoint age", True, "none yet: 'throughline worker' or 'tick' writes one a day")
    hint = "start 'throughline worker', or run 'throughline tick'; its log says why none was written"
    return Check("checkpoint age", now - last <= OLDEST_CHECKPOINT, _told(max(now - last, timedelta())), hint)


def _kept_close(name: str, file: Path) -> Check:
    if not file.exists():
        return Check(name, True, "none in a file yet")
    mode = stat.S_IMODE(file.stat().st_mode)
    return Check(name, not mode & 0o077, f"{file}, mode {mode:04o}", f"run 'chmod 600 {file}': others may read it")


def _late(since: datetime | None, now: datetime) -> timedelta:
    return timedelta() if since is None else max(now - since, timedelta())


def _told(time: timedelta) -> str:
    """A time in words that a glance takes in: `3 d 4 h`, `2 h 5 min`, `40 s`."""
    hours, rest = divmod(int(time.total_seconds()) % 86_400, 3_600)
    if time.days:
        return f"{time.days} d {hours} h"
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s" if rest >= 60 else f"{rest} s"
