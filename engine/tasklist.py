"""Keeps a process's rows of people's tasks in step with the user tasks that wait in its diagram."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from care.calendars import local_date
from care.errors import CareError
from engine.errors import ExpressionFailed
from engine.feel import FeelError
from engine.incidents.place import Place
from engine.processes import WaitingTask
from engine.store import tasks as store

if TYPE_CHECKING:
    from engine.casework import Casework, Loaded

LONGEST_TITLE = 300  # what the column holds: SQLite would take more, PostgreSQL refuses it


def reconcile(work: Casework, loaded: Loaded, answered: str | None) -> None:
    """Open a row for each user task that newly waits; end the rows whose token has gone.

    ``answered`` is the task that a person has just completed: its row is ended by its own handler.
    """
    running = work.running(loaded)
    waiting = {task.token: task for task in running.user_tasks()}
    known = {row["token"]: row for row in open_rows(work, loaded)}
    for token, row in known.items():
        if token not in waiting and row["id"] != answered:
            _cancel(work, loaded, row, work.because)
    for token, waiting_task in waiting.items():
        if token not in known:
            _open(work, loaded, waiting_task)


def cancel_all(work: Casework, loaded: Loaded, why: str) -> None:
    """End every open task of a process."""
    for row in open_rows(work, loaded):
        _cancel(work, loaded, row, why)


def asks_for_safety(work: Casework, loaded: Loaded) -> bool:
    """Whether a clinician's look at a safety signal is still open in a process."""
    return any(row["kind"] == "safety" for row in open_rows(work, loaded))


def write(work: Casework) -> None:
    """Insert the rows that the command opened."""
    store.add_tasks(work.connection, work.opened)


def open_rows(work: Casework, loaded: Loaded) -> list[Any]:
    """The open tasks of a process, those of this command included, oldest first."""
    process_id = loaded.row["id"]
    cancelled = set(work.cancelled)
    rows = store.open_tasks_of_process(work.connection, process_id)
    # By number, not by text: t9 comes before t10, whether it was opened by this command or long ago.
    kept = sorted((row for row in rows if row["id"] not in cancelled), key=_number)
    return kept + [row for row in work.opened if row["process_id"] == process_id and row["status"] == "open"]


def _open(work: Casework, loaded: Loaded, waiting: WaitingTask) -> None:
    work.case["task_count"] += 1
    task_id = f"{work.case['id']}-t{work.case['task_count']}"
    settings = waiting.settings
    row = {
        "id": task_id,
        "case_id": work.case["id"],
        "patient_id": work.case["patient_id"],
        "process_id": loaded.row["id"],
        "token": waiting.token,
        "element_id": waiting.element_id,
        "element_name": waiting.element_name,
        "process": waiting.process,
        "version": loaded.definition.hash,
        "kind": settings.kind,
        "title": rendered(loaded, waiting, settings.title or waiting.element_name)[:LONGEST_TITLE],
        "why": rendered(loaded, waiting, settings.why),
        "form": settings.form,
        "context": None if waiting.counter is None else {"counter": waiting.counter},
        "role": settings.role,
        "priority": settings.priority,
        "opens_on": local_date(work.as_of, work.zone),
        "due_on": day_of(loaded, waiting, settings.due),
        "closes_on": day_of(loaded, waiting, settings.closes) if settings.closes else None,
        "status": "open",
        "assignee": work.case["assignee"] if settings.role == "case_manager" else None,
        "snoozed_until": None,
        "snooze_reason": None,
        "attempts": 0,
        "created_at": work.now,
        "done_at": None,
        "done_by": None,
        "occurred_on": None,
        "late_reason": None,
    }
    work.opened.append(row)
    work.note(
        "task.created",
        f"{row['title']}: due {row['due_on']:%a %-d %b %Y}",
        task_id=task_id,
        process_id=loaded.row["id"],
        element_id=waiting.element_id,
        element_name=waiting.element_name,
        version=loaded.definition.hash,
        # What a later migration changes of the task's row is kept here as it was asked.
        detail={name: row[name] for name in ("why", "due_on", "closes_on", "kind", "form")},
    )


def _cancel(work: Casework, loaded: Loaded, row: dict[str, Any], why: str) -> None:
    task_id, ended = row["id"], {"status": "cancelled", "done_at": work.now, "done_by": work.acting.id}
    if any(fresh is row for fresh in work.opened):
        row.update(ended)
    else:
        store.end_task(work.connection, task_id, ended)
    work.cancelled.append(task_id)
    work.note(
        "task.cancelled",
        f"{row['title']} is not needed any more: {why}",
        task_id=task_id,
        process_id=loaded.row["id"],
        element_id=row["element_id"],
        element_name=row["element_name"],
        version=row["version"],
        detail={"why": why},
    )


def rendered(loaded: Loaded, waiting: WaitingTask, text: str) -> str:
    """A title or a why of the diagram, its holes filled; raises ExpressionFailed."""
    try:
        return loaded.environment.render(text, waiting.counter)
    except FeelError as error:
        raise _failed(loaded, waiting, str(error)) from error


def day_of(loaded: Loaded, waiting: WaitingTask, text: str) -> date:
    """A day that the diagram sets for a task; raises ExpressionFailed."""
    try:
        return loaded.environment.day(text, waiting.counter)
    except (CareError, FeelError) as error:
        raise _failed(loaded, waiting, str(error)) from error


def _number(row: Any) -> int:
    return int(str(row["id"]).rpartition("-t")[2])


def _failed(loaded: Loaded, waiting: WaitingTask, problem: str) -> ExpressionFailed:
    loaded.environment.here = Place(waiting.process, waiting.element_id, waiting.element_name)
    file = loaded.definition.specs[waiting.process].file or loaded.definition.file
    words = "what it says of the task (title, why, due or closing day) cannot be worked out"
    return ExpressionFailed(file, waiting.element_id, "expression", problem, words)
