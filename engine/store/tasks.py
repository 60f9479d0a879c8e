"""Tasks: the engine writes them in the transaction that opens or ends them; everybody else reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from engine.errors import NotFound
from engine.store.prepared import Prepared
from engine.store.tables import attempts, tasks

# Commands ask these of each process that ran, and of the task that they are about.
_ADD = Prepared(insert(tasks))
_TASK = Prepared(select(tasks).where(tasks.c.id == bindparam("task")))
_END = Prepared(update(tasks).where(tasks.c.id == bindparam("task"), tasks.c.status == "open"))
_OPEN_OF_PROCESS = Prepared(
    select(tasks).where(tasks.c.process_id == bindparam("process"), tasks.c.status == "open").order_by(tasks.c.id)
)


def task(connection: Connection, task_id: str) -> dict[str, Any]:
    """One task; raises NotFound. By primary key."""
    found = _TASK.first(connection, {"task": task_id})
    if found is None:
        raise NotFound("task", task_id)
    return found


def tasks_by_id(connection: Connection, ids: Sequence[str]) -> list[RowMapping]:
    """The tasks with these ids, in their order. By primary key."""
    rows = connection.execute(select(tasks).where(tasks.c.id.in_(ids))).mappings()
    found = {row["id"]: row for row in rows}
    return [found[each] for each in ids if each in found]


def open_tasks_of_case(connection: Connection, case_id: str) -> Sequence[RowMapping]:
    """What is to do in a case, the earliest due first. Index ix_tasks_open_case."""
    query = (
        select(tasks)
        .where(tasks.c.case_id == case_id, tasks.c.status == "open")
        .order_by(tasks.c.due_on, tasks.c.created_at, tasks.c.id)
    )
    return connection.execute(query).mappings().all()


def tasks_of_case(connection: Connection, patient_id: str, case_id: str) -> list[RowMapping]:
    """Every task that a case ever had, oldest first. Index ix_tasks_patient."""
    query = select(tasks).where(tasks.c.patient_id == patient_id, tasks.c.case_id == case_id)
    rows = connection.execute(query).mappings()
    return sorted(rows, key=lambda row: int(str(row["id"]).rpartition("-t")[2]))


def open_tasks_of_process(connection: Connection, process_id: str) -> list[dict[str, Any]]:
    """The open tasks of one running process. Index ix_tasks_process."""
    return _OPEN_OF_PROCESS.rows(connection, {"process": process_id})


def add_tasks(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        _ADD.run_each(connection, rows)


def end_task(connection: Connection, task_id: str, values: Mapping[str, Any]) -> bool:
    """End a task that is still open; False when it is not (the state stands in the WHERE)."""
    return bool(_END.run(connection, {"task": task_id, **values}))


def change_open_task(connection: Connection, task_id: str, values: Mapping[str, Any]) -> bool:
    """Change assignment or visibility of a task that is still open."""
    return end_task(connection, task_id, values)


def attempts_of_task(connection: Connection, task_id: str) -> Sequence[RowMapping]:
    """The attempts to reach the patient for a task, in order. By primary key."""
    query = select(attempts).where(attempts.c.task_id == task_id).order_by(attempts.c.number)
    return connection.execute(query).mappings().all()


def attempts_of_case(connection: Connection, case_id: str) -> Sequence[RowMapping]:
    """Every attempt to reach the patient in a case, in order. Index ix_attempts_case."""
    order = (attempts.c.at, attempts.c.task_id, attempts.c.number)
    query = select(attempts).where(attempts.c.case_id == case_id).order_by(*order)
    return connection.execute(query).mappings().all()


def add_attempt(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(insert(attempts).values(**row))
