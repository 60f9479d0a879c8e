"""What else is due for the same patient: one call, one sitting, several tasks done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from engine.store.tables import tasks
from worklists.queries import TaskRow, conditions, rank_of, rows, task_row
from worklists.ranking import WEEK, presses


@dataclass(frozen=True, slots=True)
class Offer:
    """The patient's other tasks of the coming week: ``mine`` are for this person to do, ``others`` somebody else's."""

    mine: tuple[TaskRow, ...]
    others: tuple[TaskRow, ...]

    def __bool__(self) -> bool:
        return bool(self.mine or self.others)

    @property
    def together(self) -> tuple[TaskRow, ...]:
        """What this person can do in one sitting with the open task; what presses is done for itself."""
        return tuple(task for task in self.mine if not presses(task.priority, task.kind))


def also_due(connection: Connection, patient_id: str, *, besides: str, email: str, role: str, today: date) -> Offer:
    """What is open for a patient besides one task and due within a week, most urgent first.

    Relies on ix_tasks_patient.
    """
    query = rows().where(
        *conditions(today=today, organisation=None),
        tasks.c.patient_id == patient_id,
        tasks.c.id != besides,
        tasks.c.due_on < today + WEEK,
    )
    found = [task_row(row) for row in connection.execute(query).mappings()]
    found.sort(key=lambda task: rank_of(task, today))
    mine = tuple(task for task in found if is_for(task, email, role))
    return Offer(mine, tuple(task for task in found if task not in mine))


def is_for(task: TaskRow, email: str, role: str) -> bool:
    """Whether a task is this person's to do: it is theirs, or nobody's and for their role."""
    return task.assignee == email or (task.assignee is None and task.role == role)
