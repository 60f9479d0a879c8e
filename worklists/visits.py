"""One sitting with one patient: which of their tasks are done together, and which stand for themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from engine.store.tables import tasks
from worklists.also_due import is_for
from worklists.queries import TaskRow, conditions, rank_of, rows, task_row
from worklists.ranking import WEEK, presses


@dataclass(frozen=True, slots=True)
class Visit:
    """A patient's open tasks, each once and the most urgent first.

    ``together`` is what this person can do in one sitting, ``alone`` what presses and is done for itself, ``others``
    what is somebody else's or is due later than in the coming week.
    """

    patient_id: str
    together: tuple[TaskRow, ...]
    alone: tuple[TaskRow, ...]
    others: tuple[TaskRow, ...]

    @property
    def tasks(self) -> tuple[TaskRow, ...]:
        return (*self.alone, *self.together, *self.others)


def is_bundled(task: TaskRow, today: date) -> bool:
    """Whether a task stands with the patient's others: it is due within the week, late ones too, and does not press."""
    return not presses(task.priority, task.kind) and task.due_on < today + WEEK


def done_together(bundle: Iterable[TaskRow], *, email: str, role: str) -> tuple[TaskRow, ...]:
    """The tasks of a bundle that one person can do in one sitting; fewer than two are no bundle."""
    found = tuple(task for task in bundle if is_for(task, email, role))
    return found if len(found) > 1 else ()


def visit(connection: Connection, patient_id: str, *, email: str, role: str, today: date) -> Visit:
    """All that is open for a patient in every track. Index ix_tasks_patient."""
    query = rows().where(*conditions(today=today, organisation=None), tasks.c.patient_id == patient_id)
    found = sorted((task_row(row) for row in connection.execute(query).mappings()), key=lambda t: rank_of(t, today))
    mine = [task for task in found if is_bundled(task, today) and is_for(task, email, role)]
    alone = [task for task in found if presses(task.priority, task.kind)]
    kept = {task.id for task in (*mine, *alone)}
    others = [task for task in found if task.id not in kept]
    return Visit(patient_id, tuple(mine), tuple(alone), tuple(others))
