"""Completing a task: facts are learnt, the pathway goes on, and a wrong answer leaves no trace."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.application import Engine
from engine.commands import CompleteTask
from engine.errors import InvalidInput, NotFound, TaskTaken
from tests.engine.builders import (
    DANA,
    LEE,
    Case,
    a_case,
    answers_for,
    nothing_written,
    on_sqlite,
    with_people,
)


@pytest.fixture
def case(engine: Engine) -> Case:
    """A case whose patient has consented and whose baseline is asked for."""
    found = a_case(engine)
    found.answer("welcome_and_consent", region="knee")
    return found


def test_the_answers_become_facts(case: Case) -> None:
    """Scores are worked out, each fact knows when it was true, whence it came and by which command."""
    case.answer("collect_baseline")
    (score,) = case.facts("pf6b.score")
    assert (score["value"], score["source"], score["command"]) == (37.6, "form", 3)
    assert score["effective_at"] == score["recorded_at"] == case.engine.clock.now()
    assert (case.fact("msk.region"), case.fact("nrs.score")) == ("knee", Decimal(6))


def test_a_completion_says_what_it_led_to(case: Case) -> None:
    """The tasks that the completion opened, in the outcome and in the list; the baseline ends what chased it."""
    outcome = case.answer("collect_baseline")
    led_to = sorted(row["element_id"] for row in case.tasks() if row["id"] in outcome.tasks)
    assert led_to == case.elements() == ["compose_first_update", "screen_social_needs"]
    assert (outcome.task_id, outcome.status, outcome.matched) == (case.tasks()[1]["id"], "active", True)


def test_what_was_due_anyway_is_not_said_to_follow_from_a_completion(case: Case) -> None:
    """The day-30 warning came by itself, though nobody had ticked before the completion did."""
    case.set_clock(case.moment(31))
    outcome = case.answer("collect_baseline")
    chased = next(row for row in case.tasks() if row["element_id"] == "chase_baseline")
    assert chased["id"] not in outcome.tasks
    assert (chased["status"], chased["opens_on"], chased["done_by"]) == ("cancelled", case.on(30), DANA.id)


def test_a_late_completion_keeps_the_true_date_and_the_reason(case: Case) -> None:
    """Done on day 2, recorded on day 12: the facts were true on day 2, and the record says both."""
    case.to_day(12)
    task = case.task("collect_baseline")
    command = CompleteTask(
        task["id"], case.answers(task), occurred_on=case.on(2), late_reason="paper, lost in the post"
    )
    case.engine.execute(command, actor=DANA)
    done = next(row for row in case.tasks() if row["id"] == task["id"])
    assert (done["occurred_on"], done["late_reason"]) == (case.on(2), "paper, lost in the post")
    assert done["done_at"] == case.moment(12)
    assert case.facts("nrs.score")[0]["effective_at"] == case.moment(2, hour=12)
    summary = case.history("task.completed")[-1]["summary"]
    assert (
        summary == "Collect baseline measures was completed, done on Thu 15 Jan 2026: paper, lost in the post"
    )


def test_a_late_answer_does_not_hide_a_newer_one(case: Case) -> None:
    """What was true last counts, not what was typed last."""
    case.to_day(12)
    case.event("measure.recorded", code="72514-3", value=2)
    task = case.task("collect_baseline")
    case.engine.execute(CompleteTask(task["id"], case.answers(task), occurred_on=case.on(2)), actor=DANA)
    assert case.fact("nrs.score") == Decimal(2)
    assert [row["value"] for row in case.facts("nrs.score")] == [2, 6]


@on_sqlite
@pytest.mark.parametrize(
    ("occurred_on", "words"),
    [
        (date(2026, 1, 26), "is in the future; today is 2026-01-25"),
        (date(2026, 1, 12), "before the patient was aligned"),
    ],
)
def test_a_date_that_cannot_be_is_refused(case: Case, occurred_on: date, words: str) -> None:
    """Neither tomorrow nor a day before alignment; the field is named."""
    case.to_day(12)
    task = case.task("collect_baseline")
    with nothing_written(case.engine), pytest.raises(InvalidInput, match=words) as refused:
        case.engine.execute(CompleteTask(task["id"], case.answers(task), occurred_on), actor=DANA)
    assert set(refused.value.errors) == {"occurred_on"}


@on_sqlite
@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"pf6b_1": 9}, {"pf6b_1"}),
        ({"pf6b_1": "three"}, {"pf6b_1"}),
        ({"nrs_1": None}, {"nrs_1"}),
        ({"red_flag": "yes"}, {"red_flag_detail"}),
        ({"red_flag": "maybe", "pi6a_6": 0}, {"red_flag", "pi6a_6"}),
        ({"shoe_size": 43}, {"shoe_size"}),
    ],
)
def test_answers_that_cannot_be_taken_are_named_by_field(
    case: Case, changed: dict[str, Any], fields: set[str]
) -> None:
    """The form's own rules, conditional ones too; the task stays open and nothing is learnt."""
    task = case.task("collect_baseline")
    data = {**case.answers(task), **changed}
    with nothing_written(case.engine), pytest.raises(InvalidInput) as refused:
        case.engine.execute(CompleteTask(task["id"], data), actor=DANA)
    assert set(refused.value.errors) == fields


def test_answers_that_are_no_object_are_refused(case: Case) -> None:
    """A list where answers by field belong is the caller's fault, not a crash."""
    with nothing_written(case.engine), pytest.raises(InvalidInput) as refused:
        case.engine.execute(CompleteTask(case.task("collect_baseline")["id"], []), actor=DANA)  # type: ignore[arg-type]
    assert set(refused.value.errors) == {"data"}


def test_a_task_is_completed_once_and_the_second_learns_by_whom(case: Case) -> None:
    """The list of a colleague may be a minute old: the answer says who was first, and when."""
    with_people(case.engine)
    task = case.task("collect_baseline")
    data = case.answers(task)
    case.engine.execute(CompleteTask(task["id"], data), actor=LEE)
    case.set_clock(case.moment(0) + timedelta(seconds=75))
    with (
        nothing_written(case.engine),
        pytest.raises(TaskTaken, match="completed by Lee Chen 1 minute ago") as lost,
    ):
        case.engine.execute(CompleteTask(task["id"], data), actor=DANA)
    assert (lost.value.by, lost.value.at, lost.value.seconds_ago) == ("Lee Chen", case.moment(0), 75)


def test_an_unknown_task_is_named(case: Case) -> None:
    """A mistyped id is told, not guessed."""
    with nothing_written(case.engine), pytest.raises(NotFound, match="no task 'p1-msk-1-t99'"):
        case.engine.execute(CompleteTask("p1-msk-1-t99", {}), actor=DANA)


def test_a_conditional_field_is_answered_by_the_generic_driver(case: Case) -> None:
    """Any client can answer any task from its schema alone, `if`/`then` included."""
    task = case.task("collect_baseline")
    with case.engine.db.reading() as connection:
        schema = case.engine.task_schema(connection, task)
    data = answers_for(schema, today=case.on(0), given={"red_flag": "yes"})
    assert data["red_flag_detail"] == "new weakness or numbness"
    case.engine.execute(CompleteTask(task["id"], data), actor=DANA)
    assert case.task("review_safety")["due_on"] == case.on(0)
