"""What verifying costs: `python bench/proof.py [CASES DAYS]`. Prints seconds for one case, and for all roots.

On SQLite: one true case among rows of checkpoints for others, of which a tenth grow each day, with their files.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from engine.application import Engine
from engine.chain import FIRST
from engine.clock import SetClock
from engine.proof.files import write_missing
from engine.proof.signing_key import signing_key
from engine.proof.statement import Leaf, Statement, root_of
from engine.proof.statements import faults_of_roots
from engine.proof.verification import Trust, verify_one
from engine.publish import publish_shipped
from engine.settings import SHIPPED_PATHWAYS, Settings
from engine.store.checkpoints import add_checkpoint, checkpoints_between
from engine.store.database import Database
from engine.store.migrate import upgrade
from tests.engine.builders import a_case

CASES, DAYS, GROWING = 10_000, 365, 10
MORNING = datetime(2026, 1, 13, 14, tzinfo=UTC)


def main(cases: int, days: int) -> None:
    """Verify one case of ``cases`` after ``days`` checkpoints, and the roots of all of them."""
    with TemporaryDirectory() as folder:
        engine = _engine(Path(folder))
        row = a_case(engine).row
        _fill(engine, Leaf(row["id"], row["history_length"], row["history_head"]), cases, days)
        trust = Trust.of(engine.settings)
        with engine.db.reading() as connection:
            _timed("one case", lambda: verify_one(connection, row["id"], trust).faults)
            rows = checkpoints_between(connection, 1, days)
            _timed("all roots", lambda: tuple(faults_of_roots(connection, rows, range(1, days + 1))))


def _timed(what: str, work: Callable[[], Sequence[object]]) -> None:
    seconds = []
    for _ in range(3):
        began = perf_counter()
        found = work()
        seconds.append(perf_counter() - began)
        assert not found, found[:3]
    print(f"{what:10} {min(seconds):6.2f} s, the fastest of {len(seconds)}")


def _fill(engine: Engine, true: Leaf, cases: int, days: int) -> None:
    """Checkpoints as a run of every day would have written them."""
    key = signing_key(engine.settings.signing_key)
    current = {true.case_id: true, **{f"x{n}-msk-1": Leaf(f"x{n}-msk-1", 1, f"{n:064x}") for n in range(cases - 1)}}
    others, grown, previous = list(current)[1:], list(current.values()), FIRST
    for number in range(1, days + 1):
        at = MORNING + timedelta(days=number)
        total = sum(leaf.length for leaf in current.values())
        said = (number, at.date(), at, cases, total, root_of(current.values()), previous, key.public.id)
        statement = Statement(*said)
        row = {**asdict(statement), "signature": key.sign(statement.text)}
        with engine.db.writing() as connection:
            add_checkpoint(connection, row, [{"checkpoint": number, **asdict(leaf)} for leaf in grown])
        previous = statement.digest
        grown = [Leaf(each, number + 1, f"{number:064x}") for each in others[number % GROWING :: GROWING]]
        current |= {leaf.case_id: leaf for leaf in grown}
    with engine.db.reading() as connection:
        write_missing(connection, engine.settings.checkpoints, engine.settings.signing_key)


def _engine(folder: Path) -> Engine:
    url = f"sqlite:///{folder}/bench.db"
    db = Database(url, synchronous="OFF")
    upgrade(db)
    settings = Settings(
        database_url=url,
        secret_key="a key for benches that is long enough",
        zone=ZoneInfo("America/New_York"),
        data_dir=folder,
        pathways_dir=SHIPPED_PATHWAYS,
    )
    clock = SetClock(MORNING)
    publish_shipped(db, SHIPPED_PATHWAYS, clock)
    return Engine(db, clock, settings)


if __name__ == "__main__":
    main(*([int(each) for each in sys.argv[1:]] or (CASES, DAYS)))
