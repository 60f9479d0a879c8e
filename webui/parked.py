"""What stands still in a case, as its pages say it above everything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.incidents.kept import waiting_in
from engine.store.cases import processes_by_id
from engine.store.incidents import open_incidents_of_case


@dataclass(frozen=True, slots=True)
class Parked:
    """A process that stands still; ``is_kept`` when what somebody has entered waits to be carried out."""

    id: str
    process_id: str
    title: str
    element_name: str | None
    opened_at: datetime
    is_kept: bool


def parked_in(connection: Connection, case_id: str, process_id: str | None = None) -> list[Parked]:
    """The processes of a case that stand still, or the one that is asked for if it does."""
    rows = [row for row in open_incidents_of_case(connection, case_id) if process_id in (None, row["process_id"])]
    titles = {row["id"]: row["title"] for row in processes_by_id(connection, [row["process_id"] for row in rows])}
    return [
        Parked(
            row["id"],
            row["process_id"],
            titles[row["process_id"]],
            row["element_name"],
            row["opened_at"],
            any(each["kind"] == "command" for each in waiting_in(row["kept"])),
        )
        for row in rows
    ]
