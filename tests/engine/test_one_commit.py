"""One command is one transaction: everything it does is committed together, or nothing is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from engine.application import Engine
from engine.commands import (
    AnyCommand,
    AssignTask,
    ClaimTask,
    CloseCase,
    CompleteTask,
    DeliverEvent,
    DropOutgoing,
    FireTimers,
    LogAttempt,
    MigrateProcess,
    PauseCase,
    RecordDelivery,
    ResumeCase,
    RetryIncident,
    RetryOutgoing,
    SkipIncident,
    SnoozeTask,
    StartCase,
    WithdrawPatient,
)
from engine.handlers import HANDLERS
from engine.store.cases import processes_by_id, save_process
from engine.store.incidents import add_incident
from engine.store.outbox import give_up
from tests.engine.builders import DANA, LEE, Case, a_case, a_patient, nothing_written, on_sqlite, with_people

Make = Callable[[Case, str], AnyCommand]

COMMANDS: dict[type, Make] = {
    StartCase: lambda case, task: StartCase("p2", "msk"),
    CompleteTask: lambda case, task: CompleteTask(task, {"nrs_1": 4}),
    DeliverEvent: lambda case, task: DeliverEvent(case.id, "transition.discharged", {}),
    FireTimers: lambda case, task: FireTimers(case.id),
    PauseCase: lambda case, task: PauseCase(case.id),
    ResumeCase: lambda case, task: ResumeCase(case.id),
    WithdrawPatient: lambda case, task: WithdrawPatient(case.id),
    CloseCase: lambda case, task: CloseCase(case.id, "switched", "moved"),
    ClaimTask: lambda case, task: ClaimTask(task),
    AssignTask: lambda case, task: AssignTask(task, LEE.id),
    SnoozeTask: lambda case, task: SnoozeTask(task, case.on(20), "away"),
    LogAttempt: lambda case, task: LogAttempt(task, "phone", "no_answer"),
    RecordDelivery: lambda case, task: RecordDelivery(case.id, case.everything()["outbox"][0]["id"], error="refused"),
    RetryOutgoing: lambda case, task: RetryOutgoing(case.id, given_up(case)),
    DropOutgoing: lambda case, task: DropOutgoing(case.id, given_up(case), "told by phone"),
    MigrateProcess: lambda case, task: MigrateProcess(case.id, f"{case.id}-p1", case.row["version"]),
    RetryIncident: lambda case, task: RetryIncident(case.id, parked(case)),
    SkipIncident: lambda case, task: SkipIncident(case.id, parked(case), "every_check_in", 1, "agreed"),
}


def given_up(case: Case) -> int:
    """A piece of the case's outgoing work that no further attempt is made at."""
    with case.engine.db.writing() as connection:
        row_id: int = case.everything()["outbox"][0]["id"]
        assert give_up(connection, row_id, 0, case.clock(), "refused")
    return row_id


def parked(case: Case) -> str:
    """The incident of the case's pathway, which stands still at its timer of the check-ins."""
    incident, process = f"{case.id}-p1-i1", f"{case.id}-p1"
    case.set_clock(case.moment(15))  # a week later it fires again
    now = case.clock()
    with case.engine.db.writing() as connection:
        pathway = processes_by_id(connection, [process])[0]
        save_process(connection, {**pathway, "parked_at": now, "next_due": None})
        row = {
            "id": incident, "case_id": case.id, "process_id": process, "definition": "msk",
            "version": pathway["version"], "diagram": "msk", "element_id": "every_check_in",
            "element_name": "Every check-in", "code": "expression", "message": "no usable value", "status": "open",
            "as_of": now, "opened_at": now, "opened_by": DANA.id, "failures": 1, "last_failed_at": now, "kept": [],
            "first_version": pathway["version"], "failed_as_of": pathway["started_at"], "skips": [],
        }  # fmt: skip
        add_incident(connection, row)
    return incident


@pytest.fixture
def case(engine: Engine) -> Case:
    """A case with an open check-in, another patient, two people; week 2 is due and nobody has ticked."""
    with_people(engine)
    found = a_case(engine).at_day(6)
    found.to_day(7)
    a_patient(engine, "Ben Ito")
    found.set_clock(found.moment(12))
    return found


def test_every_command_is_counted() -> None:
    """A new command comes with a test of its commit."""
    assert set(COMMANDS) == {*HANDLERS, StartCase}


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
def test_a_command_is_exactly_one_commit(case: Case, kind: type) -> None:
    """Counted at the database, whatever the command does."""
    command = COMMANDS[kind](case, case.task("pain_checkin")["id"])
    before = case.engine.db.commits
    case.engine.execute(command, actor=DANA)
    assert case.engine.db.commits == before + 1


def test_one_commit_holds_state_facts_tasks_due_time_history_and_outgoing_work(engine: Engine) -> None:
    """Completing the update to the PCP changes all of them; no reader ever sees a part."""
    case = a_case(engine)
    case.answer("welcome_and_consent")
    case.answer("collect_baseline")
    before, commits = case.everything(), engine.db.commits
    case.answer("compose_first_update")
    after = case.everything()
    assert engine.db.commits == commits + 1
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"cases", "processes", "facts", "tasks", "history", "outbox", "commands"}
    assert [row["operation"] for row in after["outbox"]] == ["care_update.send"]


@on_sqlite
def test_a_command_that_breaks_at_any_statement_leaves_nothing(case: Case) -> None:
    """The database fails at the first write, then at the second, and so on: each time all is as it was."""
    command = COMMANDS[DeliverEvent](case, "")
    writes = _Writes()
    event.listen(case.engine.db._engine, "before_cursor_execute", writes.seen)
    for number in range(1, 100):
        writes.left = number
        try:
            case.engine.execute(command, actor=DANA)
            break
        except ConnectionError:
            writes.left = -1
            with nothing_written(case.engine):
                pass
            assert "call_after_discharge" not in case.elements()
            assert case.faults() == []
    assert number > 5
    assert case.elements().count("call_after_discharge") == 1


class _Writes:
    """Breaks the connection at the n-th write; never when ``left`` is negative."""

    left = -1

    def seen(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            self.left -= 1
            if self.left == 0:
                raise ConnectionError("the database went away")
