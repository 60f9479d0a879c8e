"""A pathway of the tests' own that has most of what BPMN we run, and installations that have it published."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from engine.application import Engine
from engine.bundle import PathwayFiles
from engine.clock import SetClock
from engine.library import Library
from engine.publish import publish
from engine.settings import SHIPPED_PATHWAYS, Settings
from engine.store.database import Database
from engine.store.tables import patients, users, versions
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import a_patient, with_people
from tests.faults.model import ADMITTED, DISCHARGED, VISITED, ZONE

TABLES = (versions, users, patients)
PATIENTS = 3

# Two answers at once, again after three days for as long as the last one says so; a visit that somebody is chased for
# after five days, with a reminder every four; an admission, which the PCP is told of.
MAIN = (
    '<bpmn:extensionElements><tl:pathway track="bh" title="Small"/></bpmn:extensionElements>',
    d.start(),
    d.parallel("fork"),
    d.exclusive("before"),
    d.user("ask", d.times("2")),
    d.exclusive("choose", default="join"),
    d.catch("rest", d.timer("duration", "P3D")),
    d.call("visit", "visit"),
    d.on("visit", "every", d.timer("cycle", "R/P4D"), interrupting=False),
    d.user("remind"),
    d.end("reminded"),
    d.receive("hear", ADMITTED),
    '<bpmn:serviceTask id="tell" name="tell"><bpmn:extensionElements><tl:operation name="care_update.send"/>'
    "</bpmn:extensionElements></bpmn:serviceTask>",
    d.user("call"),
    d.parallel("join"),
    d.end(),
    d.flow("start fork before ask choose join end"),
    d.flow("choose rest", 'answer.note = "again"'),
    d.flow("rest before"),
    d.flow("fork visit join"),
    d.flow("every remind reminded"),
    d.flow("fork hear tell call join"),
)
VISIT = (
    d.start("came"),
    d.user("look"),
    d.on("look", "over", d.timer("duration", "P5D")),
    d.user("chase"),
    d.end("seen"),
    d.end("chased"),
    d.flow("came look seen"),
    d.flow("over chase chased"),
)
AFTER = (
    '<bpmn:extensionElements><tl:pathway tracks="bh" title="After"/></bpmn:extensionElements>',
    d.start("visited", d.message(VISITED)),
    d.catch("wait", d.timer("duration", "P1D")),
    d.user("phone"),
    d.on("phone", "home", d.message(DISCHARGED)),
    d.end("phoned"),
    d.end("at_home"),
    d.flow("visited wait phone phoned"),
    d.flow("home at_home"),
)


@dataclass(frozen=True)
class Small:
    """What an installation holds before its first case: rows by table, and the compiled versions."""

    rows: dict[str, list[dict[str, Any]]]
    library: Library

    def put_into(self, db: Database) -> None:
        with db.writing() as connection:
            for table in TABLES:
                connection.execute(insert(table), self.rows[table.name])

    def engine(self, db: Database, clock: SetClock, data_dir: Path) -> Engine:
        return Engine(db, clock, _settings(db, data_dir), self.library)


def published(db: Database, clock: SetClock, folder: Path) -> Small:
    """Publish both diagrams in a database, add people and patients; what it then holds."""
    library = Library()
    engine = Engine(db, clock, _settings(db, folder), library)
    _publish(engine, folder / "main", "behavioral", MAIN)
    _publish(engine, folder / "after", "after", AFTER)
    with_people(engine)
    for number in range(PATIENTS):
        a_patient(engine, f"Ada {'ABC'[number]}")
    with db.reading() as connection:
        rows = {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in TABLES}
    return Small(rows, library)


def _publish(engine: Engine, folder: Path, name: str, parts: tuple[str, ...]) -> None:
    for path, text in d.bundle(*parts, called={"visit": VISIT}).items():
        file = folder / path.replace(d.MAIN, f"{name}.bpmn")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace('id="main" name="main"', f'id="{name}" name="{name}"'), encoding="utf-8")
    with engine.db.writing() as connection:
        now = engine.clock.now()
        publish(connection, PathwayFiles(folder), f"{name}.bpmn", note="test", by="test", now=now)


def _settings(db: Database, data_dir: Path) -> Settings:
    return Settings(db.url, "a key for tests that is long enough", ZONE, data_dir, SHIPPED_PATHWAYS)
