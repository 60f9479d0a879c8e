"""What moving many cases costs: `python bench/migration.py [CASES]`. Prints seconds and cases a second of each part.

A small pathway in two versions, on SQLite: the dry run, the moves, the proof, and the way back.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from engine.application import Engine
from engine.clock import SetClock
from engine.migration.batches import begin, progress, run_chunk, undo
from engine.migration.plan import plan
from engine.settings import SHIPPED_PATHWAYS, Settings
from engine.store.database import Database
from engine.store.migrate import upgrade
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import DANA
from tests.engine.migration.builders import Pathway

CASES = 200


def main(count: int) -> None:
    """Move ``count`` cases there and back."""
    with TemporaryDirectory() as folder:
        engine = _engine(Path(folder))
        pathway = Pathway(engine, Path(folder))
        pathway.version(*_parts("Ask"))
        for _ in range(count):
            pathway.case()
        to = pathway.version(*_parts("Ask again"))
        with engine.db.reading() as connection:
            _timed("dry run", count, lambda: plan(engine, connection, to))
        batch = begin(engine, to, actor=DANA, note="")
        _timed("moves", count, lambda: _while(pathway, batch, "moving"))
        _timed("proof", count, lambda: _while(pathway, batch, "proving"))
        back = undo(engine, batch, actor=DANA, note="")
        _timed("moves back", count, lambda: _while(pathway, back, "moving"))


def _engine(folder: Path) -> Engine:
    url = f"sqlite:///{folder}/bench.db"
    db = Database(url)
    upgrade(db)
    settings = Settings(
        database_url=url,
        secret_key="a key for benches that is long enough",
        zone=ZoneInfo("America/New_York"),
        data_dir=folder,
        pathways_dir=SHIPPED_PATHWAYS,
    )
    return Engine(db, SetClock(datetime(2026, 1, 13, 14, 0, tzinfo=UTC)), settings)


def _parts(title: str) -> tuple[str, ...]:
    remind = d.on("ask", "remind", d.timer("duration", "P7D"), interrupting=False)
    nodes = (d.start(), d.user("ask", title=title), d.user("chase"), d.user("review"), d.end(), d.end("end2"))
    return (*nodes, remind, d.flow("start ask review end"), d.flow("remind chase end2"))


def _while(pathway: Pathway, batch: int, status: str) -> None:
    while progress(pathway.engine, batch).status == status:
        run_chunk(pathway.engine, batch, actor=DANA)


def _timed(name: str, count: int, work: Callable[[], object]) -> None:
    begun = perf_counter()
    work()
    took = perf_counter() - begun
    print(f"{name:<12} {took:7.2f} s  {count / took:7.0f} cases a second")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
