"""An answer that was kept for a parked process and could not be carried out: it comes back to the form of its task."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from engine.incidents.kept import Kept, at_of, not_taken_in
from engine.store.cases import case
from engine.store.history import entries_of_kinds
from engine.store.incidents import incidents_of_case
from engine.store.tasks import task as task_by_id
from webui.extension import engine
from webui.form_fields import PREFIX, Values, as_sent
from webui.words import day
from worklists.drafts import Draft, draft
from worklists.queries import TaskRow


@dataclass(frozen=True, slots=True)
class Returned:
    """Who had answered what and when, why it came back, and the number of the record's entry that tells it."""

    by: str
    by_name: str
    given_at: datetime
    back_at: datetime
    why: str
    values: Values
    entry: int | None


@dataclass(frozen=True, slots=True)
class Begun:
    """What stands in a task's form when a person opens it; ``is_own`` where they had begun by themselves before."""

    values: Values
    saved_at: datetime | None = None
    returned: Returned | None = None
    is_own: bool = False


def begun(connection: Connection, task: TaskRow, email: str) -> Begun:
    """A person's draft of a task, or the answer that came back for it.

    What they saved since it came back began from it. What they had begun before gives way to an answer of their own,
    and not to somebody else's.
    """
    back = returned(connection, task)
    kept = draft(connection, task.id, email) if task.status == "open" else None
    if back is None or (kept is not None and kept.saved_at >= back.back_at):
        return Begun({} if kept is None else kept.data, _saved(kept), back)
    if kept is not None and back.by != email:
        return Begun(kept.data, kept.saved_at, back, is_own=True)
    return Begun(back.values, None, back)


def returned(connection: Connection, task: TaskRow) -> Returned | None:
    """The latest answer to a task that could not be carried out, unless the task was completed since."""
    if task.status == "done":
        return None
    rows = incidents_of_case(connection, task.case_id)
    found = [
        (row["id"], each)
        for row in rows
        for each in not_taken_in(row["kept"])
        if each["task"] == task.id
    ]
    if not found:
        return None
    incident_id, kept = max(found, key=lambda each: str(each[1]["not_taken"]["at"]))
    length = case(connection, task.case_id)["history_length"]
    entries = entries_of_kinds(connection, task.case_id, ("answer.kept",), length)
    return Returned(
        by=kept["actor"],
        by_name=kept["actor_name"],
        given_at=at_of(kept),
        back_at=datetime.fromisoformat(kept["not_taken"]["at"]),
        why=_why(connection, task, kept["not_taken"]),
        values=_values(kept),
        entry=entry_of(entries, incident_id, kept),
    )


def entry_of(entries: Sequence[RowMapping] | Sequence[Mapping[str, Any]], incident_id: str, kept: Kept) -> int | None:
    """The number of the entry that tells what was answered; None where there is none among ``entries``."""
    for entry in entries:
        if entry["kind"] == "answer.kept" and entry["task_id"] == kept["task"]:
            detail = json.loads(entry["detail"])
            if (detail["incident"], detail["at"]) == (incident_id, kept["at"]):
                return int(entry["seq"])
    return None


def _why(connection: Connection, task: TaskRow, told: Mapping[str, Any]) -> str:
    """What stood against it, with the questions that it is about as the form asks them now."""
    if not told["fields"] or task.status != "open":
        return str(told["why"])
    asked = engine().task_schema(connection, dict(task_by_id(connection, task.id)))["properties"]
    titles = {name: rules.get("title", name) for name, rules in asked.items()} | {"occurred_on": "the day"}
    return f"{told['why']} ({', '.join(titles.get(name, name) for name in told['fields'])})"


def _values(kept: Kept) -> dict[str, list[str]]:
    """An answer as a browser would send it, with the day it is about: it is that day's, whenever it is sent again."""
    values = {PREFIX + name: as_sent(value) for name, value in kept["data"].items()}
    given_on = at_of(kept).astimezone(engine().zone).date()
    on = kept["occurred_on"] or given_on.isoformat()
    if on != engine().today().isoformat():
        values["occurred_on"] = [on]
        values["late_reason"] = [kept["late_reason"] or f"Answered on {day(given_on)}; the pathway stood still"]
    return values


def _saved(kept: Draft | None) -> datetime | None:
    return None if kept is None else kept.saved_at
