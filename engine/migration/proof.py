"""Can everything that is open in a case still be done? Rehearsed on the real database, of which no row stays."""

from __future__ import annotations

from dataclasses import dataclass

from engine.application import FAULTS_OF_A_CASE, Engine
from engine.clock import SetClock
from engine.commands import WORKER, Actor, CompleteTask, FireTimers, MigrateProcess
from engine.errors import TaskTaken
from engine.migration.reasons import told
from engine.scenarios.answering import WAYS, some_answers
from engine.store.cases import case
from engine.store.tasks import open_tasks_of_case, task

PROVER = Actor("system:proof", "the proof of a migration")


@dataclass(frozen=True, slots=True)
class Fault:
    """What of a case cannot go on: a task that cannot be completed, or without one what is due next."""

    sentence: str
    task: str | None


def fault_of(engine: Engine, case_id: str) -> Fault | None:
    """The first thing of a case that cannot go on; None when all can."""
    with engine.db.reading() as connection:
        tasks = [(str(row["id"]), row["title"]) for row in open_tasks_of_case(connection, case_id)]
    for task_id, title in tasks:
        problem = _task_problem(engine, task_id)
        if problem is not None:
            return Fault(f"“{title}” could not be completed: {problem}", task_id)
    problem = _due_problem(engine, case_id)
    return None if problem is None else Fault(problem, None)


def was_so_before(engine: Engine, fault: Fault, back: MigrateProcess) -> bool:
    """Whether the same could not be done on the version before, to which ``back`` goes: the new one is not to blame."""
    try:
        if fault.task is None:
            return _due_problem(engine, back.case_id, back) is not None
        return _task_problem(engine, fault.task, back) is not None
    except FAULTS_OF_A_CASE:
        return False  # there is no way back to look: it may well be the new version


def _task_problem(engine: Engine, task_id: str, first: MigrateProcess | None = None) -> str | None:
    """Why no way of answering leads on; None when one does, or when the task is not open any more."""
    problem = None
    for way in WAYS:
        with engine.db.rolled_back() as connection:
            if first is not None:
                engine.carry_out(connection, first, actor=PROVER)
            try:
                schema = engine.task_schema(connection, dict(task(connection, task_id)))
                command = CompleteTask(task_id, some_answers(schema, way, engine.today()))
                engine.carry_out(connection, command, actor=PROVER)
            except TaskTaken:
                return None  # somebody was faster, or its time was over
            except FAULTS_OF_A_CASE as fault:
                problem = told(fault)
            else:
                return None
    return problem


def _due_problem(engine: Engine, case_id: str, first: MigrateProcess | None = None) -> str | None:
    """Why what is due next could not happen."""
    with engine.db.rolled_back() as connection:
        if first is not None:
            engine.carry_out(connection, first, actor=PROVER)
        due = case(connection, case_id)["next_due"]
        if due is None:
            return None
        later = Engine(engine.db, SetClock(max(due, engine.clock.now())), engine.settings, engine.library)
        try:
            later.carry_out(connection, FireTimers(case_id), actor=WORKER)
        except FAULTS_OF_A_CASE as fault:
            return f"what is due on {due.astimezone(engine.zone):%a %-d %b %Y} could not happen: {told(fault)}"
    return None
