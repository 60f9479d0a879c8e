"""What happens to a case while one of its processes is parked: it is kept, and happens in order when that goes on."""

from __future__ import annotations

import pytest

from engine import casework
from engine.commands import (
    CloseCase,
    CompleteTask,
    LogAttempt,
    PauseCase,
    ResumeCase,
    RetryIncident,
    WithdrawPatient,
)
from engine.errors import ProcessParked, Refused
from engine.incidents.bulk import settle
from engine.migration.batches import begin, finish
from engine.store import incidents as store
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import DANA, LEE, nothing_written
from tests.engine.incidents.builders import (
    DIRECTOR,
    FOR_EVER,
    MENDED,
    POISON,
    TIMER_FAILS,
    choosing,
    detail,
    incident,
    incidents,
    retry,
    skip,
)
from tests.engine.migration.builders import Pathway, migrate


def with_a_discharge(condition: str) -> tuple[str, ...]:
    """A task with a discharge beside it that adds another task; behind it a gateway."""
    return (
        d.start(),
        d.user("ask"),
        d.on("ask", "left_hospital", d.message(d.DISCHARGED), interrupting=False),
        d.user("visit"),
        d.exclusive("choose", default="wait"),
        d.user("left"),
        d.catch("wait", d.timer("duration", "P30D")),
        d.catch("home", d.message(d.DISCHARGED)),
        d.user("greet"),
        d.end(),
        d.flow("start ask choose wait home greet end"),
        d.flow("choose left", condition),
        d.flow("left end"),
        d.flow("left_hospital visit end"),
    )


def test_an_event_is_kept_for_a_parked_process_and_taken_when_it_goes_on(pathway: Pathway) -> None:
    """It is no refusal for who told it; the task that it leads to is as of the day it came."""
    pathway.version(*with_a_discharge(FOR_EVER))
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask")
    case.to_day(40)
    assert case.event(d.DISCHARGED, facility="Mercy").matched
    assert detail(case, "event.kept")["type"] == d.DISCHARGED
    assert "greet" not in case.elements()
    case.to_day(45)
    migrate(case, pathway.version(*with_a_discharge("answer.note = \"left\"")))
    retry(case)
    greet = case.task("greet")
    assert (greet["opens_on"], "visit" in case.elements()) == (case.on(40), False)
    assert case.faults() == []


def test_an_event_that_comes_before_the_answer_stays_before_it(pathway: Pathway) -> None:
    """The process was parked at a timer: two discharges come on two days, each opens its task as of its day."""
    def version(wait: str) -> str:
        return pathway.version(
            d.start(),
            d.user("ask"),
            d.on("ask", "left_hospital", d.message(d.DISCHARGED), interrupting=False),
            d.user("visit"),
            d.on("ask", "soon", d.timer("duration", "P5D"), interrupting=False),
            d.catch("more", d.timer("duration", wait)),
            d.user("late"),
            d.end(),
            d.flow("start ask end"),
            d.flow("left_hospital visit end"),
            d.flow("soon more late end"),
        )

    version("answer.wait")
    case = pathway.case()
    assert case.to_day(5).failed == (case.id,)
    for day in (6, 8):
        case.to_day(day)
        case.event(d.DISCHARGED)
    case.to_day(9)
    migrate(case, version("P2D"))
    retry(case)
    assert case.days_of("visit") == [6, 8]
    assert case.days_of("late") == [7]
    opened = [row["element_id"] for row in case.tasks()]
    assert [each for each in opened if each in ("visit", "late")] == ["visit", "late", "visit"]


def test_a_pause_counts_for_a_parked_process_as_for_any(pathway: Pathway) -> None:
    """Its timers do not run while the case was paused, though it was parked all the time."""
    def version(wait: str) -> str:
        return pathway.version(
            d.start(),
            d.user("ask"),
            d.on("ask", "daily", d.timer("cycle", "R/P10D"), interrupting=False),
            d.user("again"),
            d.on("ask", "soon", d.timer("duration", "P5D"), interrupting=False),
            d.catch("more", d.timer("duration", wait)),
            d.user("late"),
            d.end(),
            d.flow("start ask end"),
            d.flow("daily again end"),
            d.flow("soon more late end"),
        )

    version("answer.wait")
    case = pathway.case()
    case.to_day(6)
    case.engine.execute(PauseCase(case.id), actor=DANA)
    case.to_day(25)
    case.engine.execute(ResumeCase(case.id), actor=DANA)
    case.to_day(35)
    migrate(case, version("P2D"))
    retry(case)
    assert case.days_of("again") == [30]
    assert case.days_of("late") == [25]
    assert case.status == "active"


def test_the_patient_can_withdraw_from_a_case_that_is_parked(pathway: Pathway) -> None:
    """Another diagram takes the event; the parked process ends with its incident."""
    pathway.version(*TIMER_FAILS)
    case = pathway.case()
    case.to_day(7)
    pathway.engine.execute(WithdrawPatient(case.id, "moving away"), actor=DANA)
    assert case.status == "withdrawn"
    assert [row["resolution"] for row in incidents(case)] == ["ended"]
    assert case.history("event.kept") == []


def test_a_safety_signal_starts_its_review_though_the_pathway_is_parked(pathway: Pathway) -> None:
    """The clinician is asked the same day."""
    pathway.version(*TIMER_FAILS)
    case = pathway.case()
    case.to_day(7)
    case.event("response.received", instrument="phq9", answers=[3] * 9)
    assert "review_safety" in case.elements()
    assert incident(case)["element_id"] == "more"


def beside_a_timer(wait: str, *, interrupting: bool = False) -> tuple[str, ...]:
    """A task, and a week after it came a timer beside it that leads to another timer."""
    return (
        d.start(),
        d.user("ask"),
        d.on("ask", "week", d.timer("duration", "P7D"), interrupting=interrupting),
        d.catch("more", d.timer("duration", wait)),
        d.user("late"),
        d.user("after"),
        d.end(),
        d.flow("start ask after end"),
        d.flow("week more late end"),
    )


def test_an_answer_that_comes_before_anybody_has_ticked_is_kept_with_what_fails_before_it(pathway: Pathway) -> None:
    """The failure is the clock's, the answer the person's: it follows the timers that were due before it."""
    pathway.version(*beside_a_timer("answer.wait"))
    case = pathway.case()
    case.set_clock(case.moment(8))
    with pytest.raises(ProcessParked, match="what you entered is kept"):
        case.answer("ask", note="on day 8")
    assert (incident(case)["opened_by"], incident(case)["as_of"]) == ("system:worker", case.moment(7))
    case.to_day(20)
    migrate(case, pathway.version(*beside_a_timer("P2D")))
    retry(case)
    assert (case.days_of("after"), case.days_of("late")) == ([8], [9])
    assert case.fact("answer.note") == "on day 8"


def test_a_later_deadline_does_not_undo_an_answer_that_was_given_before_it(pathway: Pathway) -> None:
    """The timer that ends the task comes on day 7; the answer was given on day 2, and settled on day 30."""
    def version(condition: str) -> str:
        return pathway.version(
            d.start(),
            d.user("ask"),
            d.on("ask", "over", d.timer("duration", "P7D")),
            d.user("missed"),
            d.exclusive("choose", default="right"),
            d.user("left"),
            d.user("right"),
            d.end(),
            d.flow("start ask choose right end"),
            d.flow("choose left", condition),
            d.flow("left end"),
            d.flow("over missed end"),
        )

    version(FOR_EVER)
    case = pathway.case()
    case.to_day(2)
    with pytest.raises(ProcessParked):
        case.answer("ask")
    case.to_day(30)
    migrate(case, version('answer.note = "left"'))
    retry(case)
    assert (case.days_of("right"), case.days_of("missed")) == ([2], [])


def test_an_answer_that_has_no_task_any_more_is_said_and_the_process_goes_on(pathway: Pathway) -> None:
    """The mended version ends the task before the answer came; the answer stays with the incident."""
    pathway.version(*beside_a_timer("answer.wait", interrupting=False))
    case = pathway.case()
    case.set_clock(case.moment(8))
    with pytest.raises(ProcessParked):
        case.answer("ask", note="too late")
    migrate(case, pathway.version(*beside_a_timer("P2D", interrupting=True)))
    retry(case)
    assert case.elements() == []
    case.to_day(12)
    assert case.elements() == ["late"]
    assert "had answered was not taken" in case.history("incident.resolved")[0]["summary"]
    assert incidents(case)[0]["kept"][0]["data"] == {"note": "too late"}
    assert case.faults() == []


def test_an_attempt_to_reach_the_patient_is_noted_though_the_task_stands_still(pathway: Pathway) -> None:
    """What does not move the diagram goes on."""
    pathway.version(*beside_a_timer("answer.wait"))
    case = pathway.case()
    case.to_day(8)
    case.attempt("ask")
    assert (case.task("ask")["attempts"], case.fact("contact.unanswered_count")) == (1, 1)


def test_a_patient_who_stands_still_is_moved_with_the_others(pathway: Pathway) -> None:
    """A batch moves a parked process, says that it cannot go on as it could not before, and leaves it parked."""
    pathway.version(*beside_a_timer("answer.wait"))
    case = pathway.case()
    case.to_day(8)
    new = pathway.version(*beside_a_timer("P2D"))
    batch = begin(pathway.engine, new, actor=DANA, note="mended")
    found = finish(pathway.engine, batch, actor=DANA)
    assert (found.status, found.cannot) == ("done", 0)
    assert incident(case)["element_id"] == "more"
    retry(case)
    assert incidents(case)[0]["resolution"] == "migrated"
    assert case.days_of("late") == []
    case.to_day(10)
    assert case.days_of("late") == [9]


NO_NUMBER = "{a: 1}"  # which an operation does not record, as it finds when it runs


def two_steps(one: str, two: str) -> tuple[str, ...]:
    """A task, and behind it two service tasks."""
    return (
        d.start(),
        d.user("ask"),
        d.record("one", "answer.a", one),
        d.record("two", "answer.b", two),
        d.user("after"),
        d.end(),
        d.flow("start ask one two after end"),
    )


def test_a_retry_whose_operation_refuses_again_does_nothing_by_half(pathway: Pathway) -> None:
    """The incident stays open with the answer, the task too, retried or skipped; mended, all of it goes on."""
    pathway.version(*two_steps(NO_NUMBER, NO_NUMBER))
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask")
    assert incident(case)["code"] == "operation"
    assert not retry(case).matched
    assert not skip(case).matched
    assert (case.elements(), incident(case)["failures"]) == (["ask"], 3)
    migrate(case, pathway.version(*two_steps("1", "2")))
    assert retry(case).matched
    assert (case.elements(), case.fact("answer.b")) == (["after"], 2)
    assert case.faults() == []


PRESSURE = """id: answer
title: Answer
fields:
  - {name: sys, fact: bp.systolic, title: Systolic, type: integer, minimum: 50, maximum: 300, record: true}
"""


def test_a_dangerous_answer_that_is_kept_is_looked_at_at_once(
    pathway: Pathway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The safety review opens the same day, and once; the value is in the record, retried or closed by hand."""
    monkeypatch.setattr(d, "FORM", PRESSURE)
    pathway.version(*choosing(FOR_EVER))
    case, closed = pathway.case(), pathway.case()
    for each in (case, closed):
        with pytest.raises(ProcessParked):
            each.answer("ask", sys=240)
    assert case.elements() == ["ask", "review_safety"]
    closed.engine.execute(CloseCase(closed.id, "lost", "moved away"), actor=DANA)
    assert (closed.fact("bp.systolic"), detail(closed, "answer.kept")["facts"]) == (240, {"bp.systolic": 240})
    case.to_day(20)
    migrate(case, pathway.version(*choosing("bp.systolic = 240")))
    retry(case)
    assert case.days_of("review_safety") == [0]
    assert case.days_of("left") == [0]
    assert [row["value"] for row in case.facts() if row["name"] == "bp.systolic"] == [240]
    assert case.faults() == []


@pytest.mark.parametrize("changed", [{"data": {"note": "left"}}, {"actor": LEE.id}])
def test_a_kept_answer_that_was_changed_in_the_database_is_not_carried_out(
    pathway: Pathway, changed: dict[str, object]
) -> None:
    """The record tells who answered and what, as a fingerprint."""
    pathway.version(*POISON)
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask", note="no pain")
    row = incident(case)
    (kept,) = row["kept"]
    with pathway.engine.db.writing() as connection:
        store.change_open(connection, row["id"], {"kept": [{**kept, **changed}]})
    migrate(case, pathway.version(*MENDED))
    with pytest.raises(Refused, match="is not the one that the record tells of"), nothing_written(pathway.engine):
        retry(case)


def test_a_second_answer_reads_that_a_first_one_is_kept(pathway: Pathway) -> None:
    """It is not kept itself."""
    pathway.version(*POISON)
    case = pathway.case()
    task = case.task("ask")
    with pytest.raises(ProcessParked):
        case.answer(task)
    with pytest.raises(ProcessParked, match="given before is kept and will be carried out; this one is not"):
        case.answer(task, actor=LEE, note="another one")


def test_a_key_that_was_used_for_something_else_meanwhile_hinders_no_retry(pathway: Pathway) -> None:
    """The answer is carried out without it."""
    pathway.version(*POISON)
    case = pathway.case()
    task = case.task("ask")["id"]
    with pytest.raises(ProcessParked):
        pathway.engine.execute(CompleteTask(task, {"note": "x"}), actor=DANA, key="one")
    pathway.engine.execute(LogAttempt(task, "phone", "no_answer"), actor=DANA, key="one")
    migrate(case, pathway.version(*MENDED))
    assert retry(case).matched
    assert case.elements() == ["right"]


def test_more_than_a_transaction_takes_happens_in_several_and_in_order(
    pathway: Pathway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The discharge comes after the deadline that ended its task: it opens nothing, however the retry is cut."""
    def version(wait: str) -> str:
        return pathway.version(
            d.start(),
            d.user("ask"),
            d.on("ask", "daily", d.timer("cycle", "R/P1D"), interrupting=False),
            d.task("noop"),
            d.on("ask", "over", d.timer("duration", "P20D")),
            d.user("missed"),
            d.on("ask", "left_hospital", d.message(d.DISCHARGED), interrupting=False),
            d.user("visit"),
            d.on("ask", "soon", d.timer("duration", "P1D"), interrupting=False),
            d.catch("more", d.timer("duration", wait)),
            d.end(),
            d.flow("start ask end"),
            d.flow("daily noop end"),
            d.flow("over missed end"),
            d.flow("left_hospital visit end"),
            d.flow("soon more end"),
        )

    version("answer.wait")
    case = pathway.case()
    case.to_day(1)
    case.to_day(25)
    case.event(d.DISCHARGED)
    migrate(case, version("P2D"))
    monkeypatch.setattr(casework, "MOST_INSTANTS", 7)
    command = RetryIncident(case.id, incident(case)["id"])
    commits = pathway.engine.db.commits
    assert settle(pathway.engine, command, actor=DIRECTOR).matched
    assert pathway.engine.db.commits - commits >= 3
    assert (case.days_of("visit"), case.days_of("missed")) == ([], [20])
    assert (incidents(case)[0]["resolution"], incidents(case)[0]["failures"]) == ("migrated", 1)
    assert case.faults() == []
