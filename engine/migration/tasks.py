"""What an open task takes over from the diagram of another version, and what it keeps.

A task keeps its id, who has it, its draft, its snooze and its attempts. What the diagram says of it follows where the
diagram says something else now, as of the instant the task opened: a title keeps its week, and a due date that did not
change stays, also one that counted from an event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from engine import tasklist
from engine.casework import Casework, Loaded
from engine.processes import WaitingTask
from engine.store.tasks import change_open_task

_DRAWN = ("kind", "form", "role", "priority")


@dataclass(frozen=True, slots=True)
class TaskChange:
    """An open task with what the new version says of it: (before, after) by column, none where nothing changes."""

    task_id: str
    element: str
    title: str
    changed: Mapping[str, tuple[Any, Any]]
    where: Mapping[str, Any]  # version, process, element: what says where it stands

    def values(self) -> dict[str, Any]:
        return {**self.where, **{name: after for name, (_, after) in self.changed.items()}}


def opened_at(work: Casework, row: Mapping[str, Any]) -> datetime:
    """The instant as of which a task opened; one that a late tick wrote opened on the day it was due to open."""
    at: datetime = row["created_at"].astimezone(work.zone)
    if at.date() == row["opens_on"]:
        return min(at, work.now)
    return min(datetime.combine(row["opens_on"], time(), work.zone) + timedelta(hours=12), work.now)


def changes(
    work: Casework, moved: Loaded, before: Mapping[int, WaitingTask], rows: Sequence[Mapping[str, Any]]
) -> list[TaskChange]:
    """What changes for the open tasks ``rows`` of a process that now runs ``moved``; raises ExpressionFailed."""
    waiting = {task.token: task for task in work.running(moved).user_tasks()}
    return [_change(work, moved, before[row["token"]], waiting[row["token"]], row) for row in rows]


def apply(work: Casework, found: Sequence[TaskChange]) -> None:
    """Write what changes: into rows that this command has opened, and into those that stand in the database."""
    fresh = {row["id"]: row for row in work.opened}
    for each in found:
        if each.task_id in fresh:
            fresh[each.task_id].update(each.values())
        else:
            change_open_task(work.connection, each.task_id, each.values())


def _change(
    work: Casework, moved: Loaded, old: WaitingTask, new: WaitingTask, row: Mapping[str, Any]
) -> TaskChange:
    now = {name: getattr(new.settings, name) for name in _DRAWN}
    with moved.environment.at(opened_at(work, row)):
        if _title(old) != _title(new):
            now["title"] = tasklist.rendered(moved, new, _title(new))[: tasklist.LONGEST_TITLE]
        if old.settings.why != new.settings.why:
            now["why"] = tasklist.rendered(moved, new, new.settings.why)
        if old.settings.due != new.settings.due:
            now["due_on"] = tasklist.day_of(moved, new, new.settings.due)
        if old.settings.closes != new.settings.closes:
            closes = new.settings.closes
            now["closes_on"] = tasklist.day_of(moved, new, closes) if closes else None
    where = {
        "version": moved.definition.hash,
        "process": new.process,
        "element_id": new.element_id,
        "element_name": new.element_name,
    }
    changed = {name: (row[name], value) for name, value in now.items() if row[name] != value}
    return TaskChange(row["id"], new.element_id, row["title"], changed, where)


def _title(task: WaitingTask) -> str:
    return task.settings.title or task.element_name
