"""A process whose diagram fails is parked with the reason; nothing entered is lost, and everything else goes on."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from engine.commands import CloseCase, CompleteTask, StartCase
from engine.errors import ExpressionFailed, ProcessParked
from engine.store.tables import processes
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import DANA, LEE, a_patient, nothing_written
from tests.engine.incidents.builders import (
    DIRECTOR,
    FOR_EVER,
    MENDED,
    POISON,
    TIMER_FAILS,
    TIMER_MENDED,
    detail,
    how_many_open,
    incident,
    incidents,
    retry,
)
from tests.engine.migration.builders import Pathway, migrate, process_of


def test_an_answer_that_the_diagram_fails_on_is_kept_and_told(pathway: Pathway) -> None:
    """The person reads that it is kept; the process is parked at the element, the task stays open, the rest is as it
    was."""
    pathway.version(*POISON)
    case = pathway.case()
    task = case.task("ask")
    with pytest.raises(ProcessParked, match=r"“Small” is parked: .* what you entered is kept") as told:
        case.answer("ask", note="well")
    row = incident(case)
    assert told.value.incident == row["id"]
    assert (row["diagram"], row["element_id"], row["failures"]) == ("behavioral", "choose", 1)
    assert row["message"] == f"'{FOR_EVER}' could not be worked out (feel.limit)"
    assert row["opened_by"] == DANA.id
    assert (case.elements(), case.row["next_due"]) == (["ask"], None)
    assert [row["name"] for row in case.facts()] == ["answer.note"]
    (entry,) = case.history("incident.opened")
    assert (entry["element_id"], entry["actor"], entry["task_id"]) == ("choose", DANA.id, None)
    assert how_many_open(pathway.engine) == 1
    with pytest.raises(ProcessParked, match="this one is not"), nothing_written(pathway.engine):
        case.answer(task, actor=LEE, note="another one")
    assert case.faults() == []


def test_the_answer_is_carried_out_by_the_retry_as_the_person_who_gave_it(pathway: Pathway) -> None:
    """The diagram is mended, the process moved, the incident retried: the task is done by who did it, when they did
    it, and their browser that asks again with its key hears so."""
    pathway.version(*POISON)
    case = pathway.case()
    task = case.task("ask")
    answered_at = case.clock()
    command = CompleteTask(task["id"], {"note": "better"})
    with pytest.raises(ProcessParked):
        pathway.engine.execute(command, actor=DANA, key="dana:1")
    with pytest.raises(ProcessParked, match="what you entered is kept"):
        pathway.engine.execute(command, actor=DANA, key="dana:1")
    case.to_day(3)
    migrate(case, pathway.version(*MENDED))
    assert process_of(case)["parked_at"] is not None
    retry(case, "mended")
    (done,) = [row for row in case.tasks() if row["element_id"] == "ask"]
    assert (done["status"], done["done_by"], done["done_at"]) == ("done", DANA.id, answered_at)
    assert (case.elements(), case.fact("answer.note")) == (["right"], "better")
    (completed,) = case.history("task.completed")
    assert (completed["actor"], completed["at"]) == (DANA.id, case.clock())
    (settled,) = incidents(case)
    assert (settled["resolution"], settled["resolved_by"], settled["reason"]) == ("migrated", DIRECTOR.id, "mended")
    assert pathway.engine.execute(command, actor=DANA, key="dana:1").replayed
    assert case.faults() == []


def test_a_retry_that_fails_again_counts_and_changes_nothing_else(pathway: Pathway) -> None:
    """One entry says so; what was kept stays kept."""
    pathway.version(*POISON)
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask")
    before, length = incident(case), len(case.history())
    assert not retry(case).matched
    after = incident(case)
    assert (after["failures"], after["kept"]) == (2, before["kept"])
    assert [entry["kind"] for entry in case.history()[length:]] == ["incident.retried"]
    assert case.elements() == ["ask"]


def test_a_timer_that_fails_parks_its_process_at_its_instant(pathway: Pathway) -> None:
    """The tick says so once; the next one finds nothing to do and reads no case."""
    pathway.version(*TIMER_FAILS)
    case, other = pathway.case(), pathway.case()
    assert case.to_day(9).failed == (case.id, other.id)
    assert incident(case)["as_of"] == case.moment(7)
    assert incident(case)["opened_by"] == "system:worker"
    commits = pathway.engine.db.commits
    assert pathway.engine.tick().failed == ()
    assert pathway.engine.db.commits == commits
    migrate(case, pathway.version(*TIMER_MENDED))
    case.to_day(12)
    retry(case)
    assert case.task("late")["opens_on"] == case.on(9)
    assert how_many_open(pathway.engine) == 1


def test_a_case_that_is_parked_can_be_closed_by_hand(pathway: Pathway) -> None:
    """Its incident ends with it."""
    pathway.version(*TIMER_FAILS)
    case = pathway.case()
    case.to_day(7)
    pathway.engine.execute(CloseCase(case.id, "lost", "not to be mended"), actor=DANA)
    (ended,) = incidents(case)
    assert (case.status, ended["status"], ended["resolution"]) == ("lost", "resolved", "ended")
    assert case.history("incident.resolved")
    assert case.faults() == []


def test_a_case_whose_first_step_fails_is_not_begun(pathway: Pathway) -> None:
    """Nobody is enrolled in a pathway that cannot take a step; there is nothing to park."""
    first = d.catch("first", d.timer("duration", "answer.wait"))
    pathway.version(d.start(), first, d.user("ask"), d.end(), d.flow("start first ask end"))
    patient = a_patient(pathway.engine)
    with pytest.raises(ExpressionFailed), nothing_written(pathway.engine):
        pathway.engine.execute(StartCase(patient, "bh"), actor=DANA)


@pytest.mark.parametrize("state", ["{broken", '{"tokens":[[1,"no_such_element",null,16]],"next":2}'])
def test_a_state_that_cannot_be_read_parks_the_process_as_a_whole(pathway: Pathway, state: str) -> None:
    """No element is named; the words say what it is about, and what was kept stays as it is."""
    pathway.version(*TIMER_MENDED)
    case = pathway.case()
    with pathway.engine.db.writing() as connection:
        connection.execute(update(processes).where(processes.c.case_id == case.id).values(state=state))
    assert case.to_day(7).failed == (case.id,)
    assert (incident(case)["element_id"], process_of(case)["state"]) == (None, state)
    assert not retry(case).matched
    assert detail(case, "incident.retried")["failures"] == 2
