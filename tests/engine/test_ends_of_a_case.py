"""How a case ends: withdrawal, death, loss of contact, and by hand; everything open ends with it, at once."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from engine.application import Engine
from engine.commands import CloseCase, WithdrawPatient
from engine.errors import CaseClosed, InvalidInput, TaskTaken
from engine.store.tables import cases, processes
from tests.engine.builders import DANA, Case, a_case, nothing_written, on_sqlite


@pytest.fixture
def case(engine: Engine) -> Case:
    """A patient in care with a check-in, a transition and a prepared surgery open."""
    found = a_case(engine).at_day(6)
    found.to_day(7)
    found.event("transition.discharged")
    found.event("surgery.planned")
    assert len(found.open()) == 5
    return found


def test_a_withdrawal_ends_everything_open_at_once(case: Case) -> None:
    """One command: the status, every open task cancelled with the reason in words, one task to honour the choice."""
    before = {row["id"] for row in case.open()}
    outcome = case.engine.execute(WithdrawPatient(case.id, "moves away"), actor=DANA)
    assert (outcome.status, set(outcome.cancelled)) == ("withdrawn", before)
    assert (case.status, case.elements(), case.row["closed_at"]) == ("withdrawn", ["honour_withdrawal"], None)
    assert all("the patient withdrew" in e["summary"] or "concluded" in e["summary"]
               for e in case.history("task.cancelled"))  # fmt: skip


def test_the_last_task_closes_the_case(case: Case) -> None:
    """Honoured, the case is closed: nothing is due in it, ever."""
    case.event("patient.withdrew")
    case.answer_all()
    assert case.row["closed_at"] == case.clock()
    assert (case.row["next_due"], case.elements()) == (None, [])
    assert case.history()[-1]["kind"] == "case.closed"
    assert case.to_day(400).cases == 0


def test_a_death_ends_everything_open_and_asks_nothing_of_the_patient(case: Case) -> None:
    """Status at once; what is left is condolences and a note, within 30 days."""
    outcome = case.event("patient.died")
    assert (outcome.status, case.elements()) == ("deceased", ["after_death"])
    assert case.task("after_death")["due_on"] == case.on(37)
    case.to_day(400)
    assert case.elements() == ["after_death"]


def test_what_the_end_has_cancelled_cannot_be_completed(case: Case) -> None:
    """A list that is a minute old says so: the task was ended, and by whom."""
    task = case.task("pain_checkin")
    data = case.answers(task)
    case.event("patient.died")
    with nothing_written(case.engine), pytest.raises(TaskTaken, match=r"was ended by dana@example.org"):
        case.answer(task, **data)


def test_a_case_is_closed_by_hand_with_status_and_reason(case: Case) -> None:
    """Both stand in the record; nothing is left open or due."""
    outcome = case.engine.execute(CloseCase(case.id, "switched", "chose another participant"), actor=DANA)
    assert (outcome.status, len(outcome.cancelled)) == ("switched", 5)
    assert (case.row["closed_at"], case.elements(), case.row["next_due"]) == (case.clock(), [], None)
    concluded = case.history("case.concluded")[-1]
    assert concluded["summary"] == "Concluded: switched: chose another participant"
    assert "chose another participant" in concluded["detail"]


@on_sqlite
@pytest.mark.parametrize(
    ("status", "reason", "fields"),
    [("done", "x", {"status"}), ("switched", "  ", {"reason"}), ("active", "", {"status", "reason"})],
)
def test_closing_by_hand_needs_a_final_status_and_a_reason(
    case: Case, status: str, reason: str, fields: set[str]
) -> None:
    """What is wrong is named by field and the case goes on."""
    with nothing_written(case.engine), pytest.raises(InvalidInput) as refused:
        case.engine.execute(CloseCase(case.id, status, reason), actor=DANA)
    assert set(refused.value.errors) == fields


def test_a_closed_case_keeps_its_status(case: Case) -> None:
    """Closing again is refused: how a case ended is not rewritten."""
    case.engine.execute(CloseCase(case.id, "switched", "chose another participant"), actor=DANA)
    with nothing_written(case.engine), pytest.raises(CaseClosed, match="switched"):
        case.engine.execute(CloseCase(case.id, "withdrawn", "a slip"), actor=DANA)


def test_three_unanswered_attempts_over_30_days_are_reviewed_and_may_end_the_case(engine: Engine) -> None:
    """CMS's rule: three attempts over 30 days; a person decides, and then the case is lost."""
    case = a_case(engine).at_day(6)
    case.leaves = lambda task: task["element_id"] != "review_loss"
    case.given["review_loss"] = {"decision": "unalign"}
    case.to_day(7)
    for day in (7, 10, 12):
        case.to_day(day)
        case.attempt("pain_checkin")
    assert (case.fact("contact.unanswered_count"), case.fact("contact.first_unanswered_on")) == (
        3,
        case.on(7),
    )
    case.to_day(36)
    assert "review_loss" not in case.elements()
    case.to_day(37)
    assert "3 attempts" in case.task("review_loss")["why"]
    case.answer_all()
    assert (case.status, case.elements(), case.row["closed_at"]) == ("lost", [], case.clock())


def test_one_answered_attempt_ends_the_count(engine: Engine) -> None:
    """Reached once, the patient is not lost."""
    case = a_case(engine).at_day(6)
    case.to_day(7)
    for outcome in ("no_answer", "left_message", "wrong_number", "reached"):
        case.attempt("pain_checkin", outcome)
    assert (case.fact("contact.unanswered_count"), case.fact("contact.last_reached_on")) == (0, case.on(7))
    case.to_day(40)
    assert case.days_of("review_loss") == []


def test_a_case_whose_diagram_cannot_go_on_is_closed_by_hand(case: Case) -> None:
    """Its timers fail at every other command; a person can still end it, with everything open."""
    case.to_day(8)
    with case.engine.db.writing() as connection:
        broken = update(processes).where(processes.c.case_id == case.id)
        connection.execute(broken.values(state="{}", next_due=case.clock()))
        connection.execute(update(cases).where(cases.c.id == case.id).values(next_due=case.clock()))
    assert case.engine.tick().failed == (case.id,)
    case.engine.execute(CloseCase(case.id, "switched", "goes on elsewhere"), actor=DANA)
    assert (case.status, case.open()) == ("switched", [])
    assert case.faults() == []
