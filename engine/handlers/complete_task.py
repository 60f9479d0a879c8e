"""A person answers a task's form: facts are recorded and the pathway goes on."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import RowMapping

from care.calendars import local_date, start_of_day
from care.forms import FactValue
from engine.casework import Casework
from engine.commands import CompleteTask
from engine.contact import patient_was_reached, unanswered
from engine.errors import InvalidInput
from engine.forms import checked_facts
from engine.handlers.handler import Handler, Result, case_of_task, open_task
from engine.measures import record_body_mass_index
from engine.store.tasks import end_task


def handle(work: Casework, command: CompleteTask) -> Result:
    row = open_task(work, command.task_id)
    effective_at = _effective_at(work, command, row)
    loaded = work.process(row["process_id"])
    counter = (row["context"] or {}).get("counter")
    facts = checked_facts(loaded.definition, row["form"], loaded.environment.scope(counter), command.data)
    for fact in facts:
        work.facts.record(fact.name, fact.value, fact.unit, effective_at, "form")
    if loaded.definition.forms[row["form"]].measures:
        record_body_mass_index(work, {fact.name for fact in facts}, effective_at, "form")
    if unanswered(work) and any(fact.name.endswith(".raw") for fact in facts):
        patient_was_reached(work)  # a questionnaire was answered, whoever wrote it down
    end_task(
        work.connection,
        row["id"],
        {
            "status": "done",
            "done_at": work.now,
            "done_by": work.actor.id,
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
        detail=_detail(command, facts),
    )
    work.running(loaded).complete(row["token"])
    work.settle(loaded, answered=row["id"])
    return Result(task_id=row["id"])


def _effective_at(work: Casework, command: CompleteTask, row: RowMapping) -> datetime:
    """When the answers were true: now, or noon of the day that the person names."""
    day = command.occurred_on
    today = local_date(work.now, work.zone)
    if day is None or day == today:
        return work.now
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
