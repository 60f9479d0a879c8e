"""Whether the patient can be reached: any answer counts, not only an attempt that says so."""

from __future__ import annotations

from engine.application import Engine
from tests.engine.builders import a_case, on_sqlite


@on_sqlite
def test_an_answered_questionnaire_ends_the_count_of_unanswered_attempts(engine: Engine) -> None:
    """Three attempts in vain and then answers: the patient is not lost."""
    case = a_case(engine).at_day(6)
    case.to_day(7)
    for _ in range(3):
        case.attempt(case.task("pain_checkin"), "no_answer")
    assert case.fact("contact.unanswered_count") == 3
    case.answer("pain_checkin")
    assert case.fact("contact.unanswered_count") == 0


@on_sqlite
def test_answers_to_any_shipped_instrument_are_taken(engine: Engine) -> None:
    """PHQ-9 is not asked by the MSK pathway; a patient who answers it is heard, and item 9 starts a safety review."""
    case = a_case(engine).at_day(7)
    case.event("response.received", instrument="phq9", answers=[1, 1, 1, 1, 1, 1, 1, 1, 1], mode="web")
    assert case.fact("phq9.score") == 9
    assert [task["priority"] for task in case.open() if task["kind"] == "safety"] == ["urgent"]


@on_sqlite
def test_answers_without_item_nine_start_no_safety_review(engine: Engine) -> None:
    """A total alone is no alarm."""
    case = a_case(engine).at_day(7)
    case.event("response.received", instrument="phq9", answers=[3, 3, 3, 3, 3, 3, 3, 3, 0])
    assert not [task for task in case.open() if task["kind"] == "safety"]
