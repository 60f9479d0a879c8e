"""What it costs to write down who saw a patient: pages of a demo with the record of accesses, and without it.

Run: python bench/access_cost.py DATABASE_FILE (a copy of a demo's; it is written to).
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

from flask import Flask, session
from sqlalchemy import select

from engine.application import Engine
from engine.clock import SystemClock
from engine.settings import Settings
from engine.store.database import Database
from engine.store.organisations import subject
from engine.store.people import users
from engine.store.tables import cases, tasks
from webui.app import create_app
from webui.sessions import open_session

ROUNDS = 40


def main(file: str) -> None:
    settings = Settings.from_environment({**os.environ, "THROUGHLINE_DATABASE_URL": f"sqlite:///{Path(file).resolve()}"})
    db = Database(settings.database_url)
    app = create_app(Engine(db, SystemClock(), settings))
    with db.reading() as connection:
        dana = next(row for row in users(connection) if row["role"] == "case_manager")
        case = connection.execute(select(cases.c.id).where(cases.c.closed_at.is_(None))).scalars().first()
        task = connection.execute(select(tasks.c.id).where(tasks.c.status == "open")).scalars().first()
        patient = subject(connection, "case", str(case)).patient_id
    client = app.test_client()
    with app.test_request_context():
        open_session(dana)
        opened = dict(session)
    with client.session_transaction() as kept:
        kept.update(opened)
    print(f"{'page':32}{'without':>10}{'repeated':>10}{'written':>10}   ms of CPU, the fastest tenth of {ROUNDS}")
    for path in ("/day", f"/tasks/{task}", f"/patients/{patient}", "/patients"):
        silent = _fastest(app, client, path, "webui.seen._write", None)
        repeated = _fastest(app, client, path, None, None)
        written = _fastest(app, client, path, "webui.seen.is_repeated", False)
        print(f"{path:32}{silent:10.1f}{repeated:10.1f}{written:10.1f}")


def _fastest(app: Flask, client: object, path: str, name: str | None, value: object) -> float:
    found = []
    with mock.patch(name, return_value=value) if name else nullcontext():
        for _ in range(ROUNDS):
            began = time.thread_time()
            answer = client.get(path)  # type: ignore[attr-defined]
            found.append((time.thread_time() - began) * 1000)
            assert answer.status_code == 200, (path, answer.status_code)
    return statistics.quantiles(found, n=10)[0]  # a machine that does other work beside it only adds


if __name__ == "__main__":
    main(sys.argv[1])
