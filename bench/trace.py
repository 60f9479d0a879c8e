"""How long a record of 5,000 entries takes to open and to slide over: `python bench/trace.py [--entries N]`.

A walked case's entries are written again and again, each round after the one before, until the record is as long as
asked for. The page, a position in its middle and the entries of an element are then asked of the whole application, as
a browser would, without the network; what counts is the time of the processor, so that neighbours do not. Exits 1 when
the page takes longer than its target.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from engine.application import Engine
from engine.clock import SetClock
from engine.publish import publish_shipped
from engine.settings import SHIPPED_PATHWAYS, Settings
from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.store.tables import cases, history
from tests.engine.builders import a_case
from tests.webui.builders import Visit, with_people
from webui.app import create_app

TARGET_MS = 300.0
ROUNDS = 7
START = datetime(2026, 1, 13, 14, 0, tzinfo=UTC)


@contextmanager
def an_engine() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        db, clock = Database(url), SetClock(START)
        upgrade(db)
        publish_shipped(db, SHIPPED_PATHWAYS, clock)
        settings = Settings(
            database_url=url,
            secret_key="a key for benches that is long enough",
            zone=ZoneInfo("America/New_York"),
            data_dir=Path(folder),
            pathways_dir=SHIPPED_PATHWAYS,
        )
        engine = Engine(db, clock, settings)
        with_people(engine)
        yield engine


def lengthen(engine: Engine, case_id: str, wanted: int) -> int:
    """Write the case's entries again after themselves until there are ``wanted``; the chain does not matter here."""
    with engine.db.writing() as connection:
        query = select(history).where(history.c.case_id == case_id).order_by(history.c.seq)
        rows = [dict(row) for row in connection.execute(query).mappings()]
        first = rows[0]["at"]
        length, commands = len(rows), rows[-1]["command"]
        span = rows[-1]["at"] - first + timedelta(days=1)
        again = [row for row in rows if not row["kind"].startswith(("case.", "process.started", "process.ended"))]
        turn = 0
        while length < wanted:
            turn += 1
            written = []
            for row in again[: wanted - length]:
                length += 1
                changed = {"seq": length, "at": row["at"] + span * turn, "command": row["command"] + commands * turn}
                written.append({**row, **changed})
            connection.execute(insert(history), written)
        connection.execute(update(cases).where(cases.c.id == case_id).values(history_length=length))
    return turn


def milliseconds(client: FlaskClient, address: str) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = process_time()
        answer = client.get(address)
        taken.append((process_time() - began) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    return median(taken)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=5_000)
    wanted = parser.parse_args().entries
    with an_engine() as engine:
        case = a_case(engine).at_week(26)
        lengthen(engine, case.id, wanted)
        assert isinstance(engine.clock, SetClock)
        engine.clock.instant += timedelta(days=3650)
        client = Visit(create_app(engine).test_client()).signed_in("iris").client
        base = f"/cases/{case.id}/record"
        asked = {
            "the page, the newest entries": base,
            "the page around an entry in its middle": f"{base}?seq={wanted // 2}",
            "the oldest entries": f"{base}?order=oldest",
            "a position in its middle": f"{base}/at?seq={wanted // 2}",
            "the last position": f"{base}/at",
            "all moments, for the slider": f"{base}/moments",
            "the entries of an element": f"{base}?element=pain_checkin",
        }
        found = {words: milliseconds(client, address) for words, address in asked.items()}
    print(f"a record of {wanted} entries, SQLite, median of {ROUNDS}:")
    for words, taken in found.items():
        print(f"  {words:42} {taken:7.1f} ms")
    slowest = max(taken for words, taken in found.items() if "page" in words)
    print(f"target: the page within {TARGET_MS:.0f} ms: {'met' if slowest <= TARGET_MS else 'MISSED'}")
    return 0 if slowest <= TARGET_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
