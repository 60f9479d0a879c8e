"""A person answers a task's form: facts are recorded and the pathway goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from care.calendars import local_date, start_of_day
from care.forms import FactValue
from engine.casework import Casework, Loaded
from engine.commands import CompleteTask
from engine.contact import patient_was_reached, unanswered
from engine.errors import InvalidInput, ProcessParked
from engine.fingerprints import fingerprint
from engine.forms import checked_facts
from engine.handlers.handler import Handler, Result, case_of_task, open_task
from engine.incidents.kept import answer_in, kept_answer, waiting_in
from engine.incidents.parking import about, keep_answer
from engine.measures import record_body_mass_index
from engine.store.facts import encoded
from engine.store.incidents import open_incident_of
from engine.store.tasks import end_task


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person has answered, as the form of the task takes it."""

    task: Mapping[str, Any]
    loaded: Loaded
    facts: list[FactValue]
    effective_at: datetime


def handle(work: Casework, command: CompleteTask) -> Result:
    answer = _checked(work, command)
    _learn(work, answer)
    if answer.loaded.is_parked:  # it was found to fail just now, after the person had answered
        return Result(task_id=answer.task["id"], kept=_keep(work, command, answer))
    return _go_on(work, command, answer)


def handle_kept(work: Casework, command: CompleteTask, learnt: Mapping[str, Any]) -> Result:
    """Carry out an answer that was kept; ``learnt`` are the facts that were recorded then, by name."""
    answer = _checked(work, command)
    news = [fact for fact in answer.facts if fact.name not in learnt or learnt[fact.name] != encoded(fact.value)[1]]
    if news:  # its form asks something else now
        _learn(work, replace(answer, facts=news))
    for fact in answer.facts:
        work.facts.recall(fact.name, fact.value)
    return _go_on(work, command, answer)


def _checked(work: Casework, command: CompleteTask) -> Answer:
    """Nothing is recorded yet; raises what is wrong with the answer, or that its process is parked."""
    row = open_task(work, command.task_id)
    effective_at = _effective_at(work, command, row)
    loaded = work.process(row["process_id"])
    if loaded.is_parked and loaded.row["id"] not in work.doomed:
        incident = open_incident_of(work.connection, loaded.row["id"])
        assert incident is not None
        answers = [answer_in(each)[0] for each in waiting_in(incident["kept"]) if each["kind"] == "command"]
        others = any(each.task_id == command.task_id for each in answers)
        # This very answer is kept already: it is sent again by somebody who did not hear so.
        raise ProcessParked(row["title"], incident["id"], is_kept=command in answers, has_first=others)
    counter = (row["context"] or {}).get("counter")
    facts = checked_facts(loaded.definition, row["form"], loaded.environment.scope(counter), command.data)
    return Answer(row, loaded, facts, effective_at)


def _learn(work: Casework, answer: Answer) -> None:
    for fact in answer.facts:
        work.facts.record(fact.name, fact.value, fact.unit, answer.effective_at, "form")
    if answer.loaded.definition.forms[answer.task["form"]].measures:
        record_body_mass_index(work, {fact.name for fact in answer.facts}, answer.effective_at, "form")
    if unanswered(work) and any(fact.name.endswith(".raw") for fact in answer.facts):
        patient_was_reached(work)  # a questionnaire was answered, whoever wrote it down


def _keep(work: Casework, command: CompleteTask, answer: Answer) -> str:
    """What was answered is known and looked at; that the task is done waits until its process goes on."""
    row, learnt = answer.task, {fact.name: encoded(fact.value)[1] for fact in answer.facts}
    kept = kept_answer(command, work.acting, work.key, work.as_of, learnt)
    incident = keep_answer(work, answer.loaded, kept)
    work.note(
        "answer.kept",
        f"{row['title']} was answered while its pathway stands still: the answer is kept for it",
        task_id=row["id"],
        **about(incident),
        detail={
            "incident": incident["id"],
            "at": kept["at"],
            "fingerprint": fingerprint(command),
            **_detail(command, answer.facts),
        },
    )
    return str(incident["id"])


def _go_on(work: Casework, command: CompleteTask, answer: Answer) -> Result:
    row, loaded = answer.task, answer.loaded
    end_task(
        work.connection,
        row["id"],
        {
            "status": "done",
            "done_at": work.as_of,
            "done_by": work.acting.id,
            "snoozed_until": None,
            "occurred_on": command.occurred_on,
            "late_reason": command.late_reason,
        },
    )
    work.note(
        "task.completed",
        _summary(row["title"], command),
        task_id=row["id"],
        process_id=row["process_id"],
        element_id=row["element_id"],
        element_name=row["element_name"],
        version=row["version"],
        detail=_detail(command, answer.facts),
    )
    running = work.running(loaded)
    with work.at_work(loaded):
        running.complete(row["token"])
    work.settle(loaded, answered=row["id"])
    return Result(task_id=row["id"])


def _effective_at(work: Casework, command: CompleteTask, row: Mapping[str, Any]) -> datetime:
    """When the answers were true: now, or noon of the day that the person names."""
    day = command.occurred_on
    today = local_date(work.as_of, work.zone)
    if day is None or day == today:
        return work.as_of
    if day > today:
        raise InvalidInput(
            {"occurred_on": f"{day.isoformat()} is in the future; today is {today.isoformat()}"}
        )
    if day < work.case["aligned_on"]:
        raise InvalidInput(
            {
                "occurred_on": f"{day.isoformat()} is before the patient was aligned "
                f"({work.case['aligned_on'].isoformat()})"
            }
        )
    if row["kind"] == "prom" and day < row["opens_on"]:
        # An older answer would slip before the baseline, or count for a milestone that had not come.
        raise InvalidInput(
            {"occurred_on": f"{day.isoformat()} is before the measures were asked for ({row['opens_on'].isoformat()})"}
        )
    return start_of_day(day, work.zone) + timedelta(hours=12)


def _summary(title: str, command: CompleteTask) -> str:
    done_on = f", done on {command.occurred_on:%a %-d %b %Y}" if command.occurred_on else ""
    reason = f": {command.late_reason}" if command.late_reason else ""
    return f"{title} was completed{done_on}{reason}"


def _detail(command: CompleteTask, facts: list[FactValue]) -> dict[str, object]:
    detail: dict[str, object] = {
        "data": dict(command.data),
        "facts": {fact.name: fact.value for fact in facts},
    }
    if command.occurred_on:
        detail["occurred_on"] = command.occurred_on
    if command.late_reason:
        detail["late_reason"] = command.late_reason
    return detail


HANDLER = Handler("complete_task", case_of_task, handle)
