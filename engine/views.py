"""What a case looks like from outside: its day, where its tokens stand, its forms and its diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping

from care.calendars import day_number
from engine.casework import Casework, Loaded
from engine.commands import WORKER
from engine.forms import schema_of
from engine.incidents.fault import FAULTS_OF_A_DIAGRAM
from engine.library import main_file
from engine.processes import ActiveElement
from engine.store.cases import case
from engine.store.tasks import open_tasks_of_case
from engine.store.versions import version

if TYPE_CHECKING:
    from engine.application import Engine


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as pages and the API show it. ``day`` counts from the day of alignment, which is day 0."""

    id: str
    patient_id: str
    track: str
    title: str
    status: str
    version: str
    version_number: int
    aligned_on: date
    day: int
    assignee: str | None
    started_at: datetime
    closed_at: datetime | None
    active_elements: list[dict[str, str]]
    open_tasks: list[RowMapping]


def case_view(engine: Engine, connection: Connection, case_id: str) -> CaseView:
    row = case(connection, case_id)
    kept = version(connection, row["version"])
    work = _reading(engine, connection, row)
    elements = [
        {
            "element_id": e.element_id,
            "element_name": e.element_name,
            "process": e.process,
            "process_id": p.row["id"],
            "title": p.row["title"],
        }
        for p in work.processes()
        for e in _standing(work, p)
    ]
    return CaseView(
        id=row["id"],
        patient_id=row["patient_id"],
        track=row["track"],
        title=kept["title"],
        status=row["status"],
        version=row["version"],
        version_number=kept["number"],
        aligned_on=row["aligned_on"],
        day=day_number(row["aligned_on"], engine.today()),
        assignee=row["assignee"],
        started_at=row["started_at"],
        closed_at=row["closed_at"],
        active_elements=elements,
        open_tasks=list(open_tasks_of_case(connection, case_id)),
    )


def _standing(work: Casework, loaded: Loaded) -> list[ActiveElement]:
    """Where a process stands; nowhere that can be told where what was kept of it cannot be read."""
    try:
        return work.running(loaded).active_elements()
    except FAULTS_OF_A_DIAGRAM:
        if not loaded.is_parked:
            raise
        return []


def task_schema(engine: Engine, connection: Connection, task: Mapping[str, Any]) -> dict[str, Any]:
    work = _reading(engine, connection, case(connection, task["case_id"]))
    definition = engine.library.definition(connection, task["version"])
    counter = (task["context"] or {}).get("counter")
    for loaded in work.processes():
        if loaded.row["id"] == task["process_id"]:
            return schema_of(definition, task["form"], loaded.environment.scope(counter))
    return schema_of(definition, task["form"], work.scope().with_values(event=None, counter=counter))


def diagram(engine: Engine, connection: Connection, case_id: str) -> dict[str, Any]:
    """{"process_id", "xml", "called": {process id: xml}, "running": [{"process_id", "title", "definition", "xml"}]}."""
    row = case(connection, case_id)
    kept = version(connection, row["version"])
    files = engine.library.definition(connection, row["version"]).files
    sources: Mapping[str, str] = kept["sources"]
    main = main_file(sources, kept["process_id"])
    running = []
    for loaded in _reading(engine, connection, row).processes():
        if loaded.row["definition"] != kept["process_id"]:
            own = version(connection, loaded.row["version"])
            text = own["sources"][main_file(own["sources"], own["process_id"])]
            running.append(
                {
                    "process_id": loaded.row["id"],
                    "title": loaded.row["title"],
                    "definition": loaded.row["definition"],
                    "xml": text,
                }
            )
    called = {process: sources[file] for process, file in files.items() if file != main}
    return {"process_id": kept["process_id"], "xml": sources[main], "called": called, "running": running}


def _reading(engine: Engine, connection: Connection, row: RowMapping) -> Casework:
    """Casework that is never flushed: it only reads."""
    return Casework(connection, dict(row), WORKER, engine.clock.now(), engine.zone, engine.library)
