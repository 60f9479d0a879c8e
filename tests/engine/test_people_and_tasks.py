"""What people do with a task besides completing it: giving it away, putting it off, trying to reach the patient."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.application import Engine
from engine.commands import AnyCommand, AssignTask, ClaimTask, LogAttempt, Outcome, SnoozeTask
from engine.errors import InvalidInput, Refused, TaskTaken
from engine.store import tables
from tests.engine.builders import DANA, LEE, Case, a_case, nothing_written, on_sqlite, with_people


@pytest.fixture
def case(engine: Engine) -> Case:
    """A patient whose check-in of week 1 is open."""
    with_people(engine)
    found = a_case(engine).at_day(6)
    found.to_day(7)
    return found


def do(case: Case, command: AnyCommand) -> Outcome:
    return case.engine.execute(command, actor=DANA)


def test_a_task_is_given_to_a_colleague_and_back(case: Case) -> None:
    """The record says from whom to whom; giving it to whom it belongs already says nothing new."""
    task = case.task("pain_checkin")["id"]
    for assignee in (LEE.id, LEE.id, None):
        do(case, AssignTask(task, assignee))
    assert case.task("pain_checkin")["assignee"] is None
    assert [e["summary"] for e in case.history("task.assigned")] == [
        "Week 1: pain check-in was given to Lee Chen",
        "Week 1: pain check-in was given to nobody",
    ]


def test_of_two_who_claim_a_task_the_second_is_told_who_was_first(case: Case) -> None:
    """What went to the case's manager by itself may be taken by a colleague; what somebody took may not."""
    task = case.task("pain_checkin")["id"]
    do(case, AssignTask(task, None))
    case.engine.execute(ClaimTask(task), actor=LEE)
    with nothing_written(case.engine), pytest.raises(Refused, match="is with Lee Chen"):
        do(case, ClaimTask(task))
    assert case.task("pain_checkin")["assignee"] == LEE.id


def test_a_task_is_not_given_to_a_stranger(case: Case) -> None:
    """A mistyped email is named, not stored."""
    with nothing_written(case.engine), pytest.raises(InvalidInput) as refused:
        do(case, AssignTask(case.task("pain_checkin")["id"], "leee@example.org"))
    assert set(refused.value.errors) == {"assignee"}


def test_a_snoozed_task_stays_due_when_it_was_due(case: Case) -> None:
    """Out of sight until a day, with the reason; no clock is moved by it."""
    task = case.task("pain_checkin")
    do(case, SnoozeTask(task["id"], case.on(9), "visits family"))
    snoozed = case.task("pain_checkin")
    assert (snoozed["snoozed_until"], snoozed["snooze_reason"]) == (case.on(9), "visits family")
    assert snoozed["due_on"] == task["due_on"]
    assert case.history("task.snoozed")[-1]["summary"].endswith("waits until Thu 22 Jan 2026: visits family")


@on_sqlite
@pytest.mark.parametrize(
    ("days", "reason", "fields"), [(0, "x", {"until"}), (31, "x", {"until"}), (-1, " ", {"until", "reason"})]
)
def test_a_task_is_put_off_for_a_while_and_for_a_reason(
    case: Case, days: int, reason: str, fields: set[str]
) -> None:
    """From tomorrow to 30 days; the fault is named by field."""
    until = case.engine.today() + timedelta(days=days)
    with nothing_written(case.engine), pytest.raises(InvalidInput) as refused:
        do(case, SnoozeTask(case.task("pain_checkin")["id"], until, reason))
    assert set(refused.value.errors) == fields


def test_an_urgent_task_cannot_be_put_off(engine: Engine) -> None:
    """A red flag is looked at today."""
    case = a_case(engine)
    case.answer("welcome_and_consent")
    case.answer("collect_baseline", red_flag="yes")
    with nothing_written(engine), pytest.raises(InvalidInput, match="urgent") as refused:
        do(case, SnoozeTask(case.task("review_safety")["id"], case.on(2), "later"))
    assert set(refused.value.errors) == {"task"}


def test_attempts_are_counted_and_kept(case: Case) -> None:
    """Each with channel, outcome and who tried; an unanswered one is made known to the diagrams."""
    task = case.task("pain_checkin")["id"]
    do(case, LogAttempt(task, "phone", "no_answer"))
    do(case, LogAttempt(task, "sms", "left_message", "asked to call back"))
    with case.engine.db.reading() as connection:
        kept = [tuple(row) for row in connection.execute(_ATTEMPTS)]
    assert kept == [(1, "phone", "no_answer", None), (2, "sms", "left_message", "asked to call back")]
    assert (case.task("pain_checkin")["attempts"], case.fact("contact.unanswered_count")) == (2, 2)
    assert len(case.history("contact.attempted")) == 2


_ATTEMPTS = select(
    tables.attempts.c.number, tables.attempts.c.channel, tables.attempts.c.outcome, tables.attempts.c.note
).order_by(tables.attempts.c.number)


@on_sqlite
@pytest.mark.parametrize(
    ("channel", "outcome", "fields"),
    [("pigeon", "reached", {"channel"}), ("phone", "busy", {"outcome"}), ("", "", {"channel", "outcome"})],
)
def test_an_attempt_needs_a_known_channel_and_outcome(
    case: Case, channel: str, outcome: str, fields: set[str]
) -> None:
    """Both faults come at once."""
    with nothing_written(case.engine), pytest.raises(InvalidInput) as refused:
        do(case, LogAttempt(case.task("pain_checkin")["id"], channel, outcome))
    assert set(refused.value.errors) == fields


def test_a_task_that_is_over_can_be_neither_given_nor_put_off_nor_tried(case: Case) -> None:
    """Somebody completed it a moment ago; the answer says who."""
    task = case.task("pain_checkin")["id"]
    case.answer("pain_checkin", actor=LEE)
    until = case.on(9)
    commands: list[Any] = [
        AssignTask(task, LEE.id),
        SnoozeTask(task, until, "x"),
        LogAttempt(task, "phone", "reached"),
    ]
    for command in commands:
        with nothing_written(case.engine), pytest.raises(TaskTaken, match="Lee Chen"):
            do(case, command)
