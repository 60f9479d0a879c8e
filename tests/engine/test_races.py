"""Two people, one task: one wins, the other is told who was first and when; nothing happens twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import insert

from engine.application import Engine
from engine.commands import Actor, CompleteTask, StartCase
from engine.errors import Refused, TaskTaken
from engine.store.tables import sandbox_clock
from tests.engine.builders import DANA, LEE, Case, a_case, a_patient, with_people
from tests.engine.crash_walker import in_a_process_of_its_own


@pytest.fixture
def case(engine: Engine) -> Case:
    """A patient whose check-in of week 1 is open; Dana and Lee both see it."""
    with_people(engine)
    found = a_case(engine).at_day(6)
    found.to_day(7)
    return found


def the_winner_stands_in_the_record(case: Case) -> str:
    """One completion, by one person; one fact; a whole chain."""
    (entry,) = [e for e in case.history("task.completed") if e["element_id"] == "pain_checkin"]
    (done,) = [row for row in case.tasks() if row["element_id"] == "pain_checkin"]
    assert (done["status"], done["done_by"]) == ("done", entry["actor"])
    assert len([fact for fact in case.facts("nrs.raw") if fact["command"] == entry["command"]]) <= 1
    assert case.faults() == []
    return str(done["done_by"])


def test_of_two_threads_one_completes_the_task(case: Case) -> None:
    """The other gets TaskTaken with the winner's name and the moment."""
    task = case.task("pain_checkin")
    data, together = case.answers(task), Barrier(2)

    def complete(who: Actor) -> TaskTaken | None:
        together.wait()
        try:
            case.engine.execute(CompleteTask(task["id"], data), actor=who)
        except TaskTaken as taken:
            return taken
        return None

    with ThreadPoolExecutor(2) as pool:
        told = dict(zip((DANA, LEE), pool.map(complete, (DANA, LEE)), strict=True))
    winner = the_winner_stands_in_the_record(case)
    lost = told[DANA if winner == LEE.id else LEE]
    assert lost is not None
    assert (lost.by, lost.at) == ({DANA.id: DANA.name, LEE.id: LEE.name}[winner], case.moment(7))
    assert [taken for taken in told.values() if taken is None] == [None]


def test_of_two_processes_one_completes_the_task(case: Case) -> None:
    """The same between processes, which share nothing but the database."""
    with case.engine.db.writing() as connection:
        connection.execute(insert(sandbox_clock).values(id=1, now=case.clock()))
    task = case.task("pain_checkin")["id"]
    told = in_a_process_of_its_own(
        "race", case.engine.db, [case.id], {"task": task, "people": [DANA.id, LEE.id]}
    )
    winner = the_winner_stands_in_the_record(case)
    by_outcome = {answer["outcome"]: answer for answer in told}
    assert by_outcome["done"]["who"] == winner
    lost = by_outcome["task-taken"]
    assert lost["by"] == {DANA.id: DANA.name, LEE.id: LEE.name}[winner]
    assert datetime.fromisoformat(lost["at"]) == case.moment(7)


def test_eight_people_answer_eight_tasks_of_one_case_at_once(engine: Engine) -> None:
    """Commands of a case follow one another: eight completions, eight effects, one unbroken chain."""
    case = a_case(engine).at_day(1)
    for _ in range(4):
        case.event("transition.discharged")
    tasks = [row for row in case.open() if row["element_id"] in ("call_after_discharge", "pcp_transition")]
    answers = {row["id"]: case.answers(row) for row in tasks}
    together = Barrier(len(tasks))

    def complete(task_id: str) -> int:
        together.wait()
        return len(engine.execute(CompleteTask(task_id, answers[task_id]), actor=DANA).tasks)

    with ThreadPoolExecutor(len(tasks)) as pool:
        opened = list(pool.map(complete, answers))
    assert (len(tasks), sum(opened)) == (8, 4)
    assert case.elements().count("reconcile_medicines") == 4
    assert case.row["command_count"] == len({entry["command"] for entry in case.history()})
    assert case.faults() == []


def test_a_patient_is_enrolled_once_by_two_at_once(engine: Engine) -> None:
    """The second is refused: a patient has one open case in a track."""
    patient, together = a_patient(engine), Barrier(2)

    def enrol(who: Actor) -> str:
        together.wait()
        try:
            return engine.execute(StartCase(patient, "msk"), actor=who).case_id
        except Refused as refused:
            return refused.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(enrol, (DANA, LEE))) == [f"{patient}-msk-1", "refused"]
