"""How what a scenario tells is done: each kind of line becomes a command of the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, timedelta
from typing import Any, Final

from care.calendars import local_date
from engine.commands import CloseCase, DeliverEvent, LogAttempt, PauseCase, RecordDelivery, ResumeCase, StartCase
from engine.scenarios.failure import NotSo
from engine.scenarios.model import (
    AnswerTask,
    Attempt,
    Clause,
    Close,
    Delivery,
    Event,
    Measured,
    Pause,
    Resume,
    StartTrack,
    Work,
)
from engine.scenarios.walk import Row, Walk
from engine.store.outbox import outgoing_of_case
from engine.store.patients import add_patient


def begin(walk: Walk) -> None:
    """The patient is there, and enters the track of the scenario."""
    scenario, patient = walk.scenario, walk.scenario.patient
    with walk.engine.db.writing() as connection:
        who = add_patient(connection, birth_date=patient.born, now=walk.clock.now(), **dict(patient.columns))
    started = walk.do(StartCase(who, scenario.track, scenario.aligned_on, period=scenario.period))
    walk.cases[scenario.track] = started.case_id


def act(walk: Walk, clause: Clause) -> None:
    """Do one line of `when`; raises NotSo when a task it names is not there, or what the engine raises."""
    _ACTS[type(clause)](walk, clause)


def _answer(walk: Walk, clause: AnswerTask) -> None:
    task = _open_task(walk, clause.element, clause.case)
    done_on = None if clause.done_on is None else clause.done_on.day(walk.frame(clause.case))
    walk.answer(task, clause.data, done_on, clause.late_reason)


def _work(walk: Walk, clause: Work) -> None:
    for name in [clause.case] if clause.case else list(walk.cases):
        walk.work(clause.policy, name)


def _event(walk: Walk, clause: Event) -> None:
    at = walk.instant(clause.happened, clause.case)
    command = DeliverEvent(walk.case_id(clause.case), clause.type, clause.payload, at)
    walk.event_taken = walk.do(command).matched


def _measured(walk: Walk, clause: Measured) -> None:
    last = walk.instant(clause.happened, clause.case) or walk.clock.now()
    wall = last.astimezone(walk.engine.zone)
    for ago, payload in zip(range(len(clause.payloads) - 1, -1, -1), clause.payloads, strict=True):
        at = (wall - timedelta(days=ago)).astimezone(UTC)
        walk.event_taken = walk.do(DeliverEvent(walk.case_id(clause.case), "measure.recorded", payload, at)).matched


def _delivery(walk: Walk, clause: Delivery) -> None:
    case_id = walk.case_id(clause.case)
    with walk.engine.db.reading() as connection:
        rows = outgoing_of_case(connection, case_id, "care_update.send")
    waiting = [row["id"] for row in rows if row["status"] == "waiting"]
    if not waiting:
        raise NotSo("no care update waits to be delivered")
    walk.do(RecordDelivery(case_id, waiting[0], {} if clause.error else {"channel": "a scenario"}, clause.error))


def _attempt(walk: Walk, clause: Attempt) -> None:
    task = _open_task(walk, clause.element, clause.case)
    walk.do(LogAttempt(task["id"], clause.channel, clause.outcome))


def _pause(walk: Walk, clause: Pause) -> None:
    walk.do(PauseCase(walk.case_id(clause.case), clause.reason))


def _resume(walk: Walk, clause: Resume) -> None:
    walk.do(ResumeCase(walk.case_id(clause.case), clause.reason))


def _close(walk: Walk, clause: Close) -> None:
    walk.do(CloseCase(walk.case_id(clause.case), clause.status, clause.reason))


def _start(walk: Walk, clause: StartTrack) -> None:
    aligned = walk.instant(clause.aligned, clause.case)
    command = StartCase(
        walk.case(None)["patient_id"],
        clause.track,
        None if aligned is None else local_date(aligned, walk.engine.zone),
        period=clause.period,
        follows=None if clause.follows is None else walk.case_id(clause.follows),
    )
    walk.cases[clause.name] = walk.do(command).case_id


def _open_task(walk: Walk, element: str, name: str | None) -> Row:
    """The open task of an element; of several the one that is due first."""
    for row in walk.open_tasks(name):
        if row["element_id"] == element:
            return row
    raise NotSo(f"no task '{element}' is open")


_ACTS: Final[Mapping[type, Callable[[Walk, Any], None]]] = {
    AnswerTask: _answer,
    Work: _work,
    Event: _event,
    Measured: _measured,
    Delivery: _delivery,
    Attempt: _attempt,
    Pause: _pause,
    Resume: _resume,
    Close: _close,
    StartTrack: _start,
}
