"""What an export of a case is made of: everything the database holds about it, read in one moment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.application import Engine
from engine.proof.inclusion import inclusion
from engine.proof.signing_key import known_keys
from engine.store.cases import case, processes_by_id
from engine.store.facts import facts
from engine.store.history import entries
from engine.store.patients import patient
from engine.store.people import name_of
from engine.store.tasks import attempts_of_case, tasks_of_case
from engine.store.versions import version

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case. ``names`` are those of all who acted; ``proof`` is its place in the last checkpoint, if it has one."""

    case: Row
    patient: Row
    processes: Sequence[Row]
    tasks: Sequence[Row]
    attempts: Sequence[Row]
    facts: Sequence[Row]
    history: Sequence[Row]
    versions: Sequence[Row]
    names: Mapping[str, str]
    proof: Row | None
    zone: ZoneInfo
    exported_at: datetime
    exported_by: str

    @property
    def id(self) -> str:
        return str(self.case["id"])

    def details(self, entry: Row) -> Any:
        """An entry's detail, read."""
        return json.loads(entry["detail"])


def case_record(engine: Engine, connection: Connection, case_id: str, exported_by: str) -> CaseRecord:
    """Reads a case; raises NotFound. The connection should see one moment."""
    row = case(connection, case_id)
    told = [dict(entry) for entry in entries(connection, case_id)]
    tasks = [dict(task) for task in tasks_of_case(connection, row["patient_id"], case_id)]
    # Every process writes an entry when it begins.
    ran = processes_by_id(connection, sorted({entry["process_id"] for entry in told if entry["process_id"]}))
    digests = {each["version"] for each in (*told, *ran, row) if each["version"]}
    actors = {entry["actor"] for entry in told} | {task["assignee"] for task in tasks if task["assignee"]}
    return CaseRecord(
        case=dict(row),
        patient=dict(patient(connection, row["patient_id"])),
        processes=sorted((dict(each) for each in ran), key=lambda each: (each["started_at"], each["id"])),
        tasks=tasks,
        attempts=[dict(each) for each in attempts_of_case(connection, case_id)],
        facts=[dict(each) for each in facts(connection, case_id)],
        history=told,
        versions=[dict(version(connection, digest)) for digest in sorted(digests)],
        names={actor: name_of(connection, actor) for actor in sorted(actors)},
        proof=inclusion(connection, case_id, known_keys(engine.settings.signing_key)),
        zone=engine.zone,
        exported_at=engine.clock.now(),
        exported_by=exported_by,
    )
