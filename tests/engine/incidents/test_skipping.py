"""A director lets a process go past the element that failed: by the flow they choose, at the instant they choose."""

from __future__ import annotations

import pytest

from engine.errors import InvalidInput, ProcessParked, Refused
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import Case, nothing_written
from tests.engine.incidents.builders import (
    DIRECTOR,
    FOR_EVER,
    POISON,
    TIMER_FAILS,
    detail,
    incident,
    incidents,
    retry,
    skip,
)
from tests.engine.migration.builders import Pathway, migrate


def stuck(pathway: Pathway, *between: str) -> Case:
    """A case whose answer fails at what stands behind it."""
    pathway.version(d.start(), d.user("ask"), *between, d.user("after"), d.end(), d.flow("start ask it after end"))
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask")
    assert incident(case)["element_id"] == "it"
    return case


@pytest.mark.parametrize(
    "it",
    [
        d.record("it", "answer.list", f"if {FOR_EVER} then 1 else 2"),
        d.user("it", why=f"Because {{{FOR_EVER}}}."),
        d.user("it", d.times("answer.many")),
        d.catch("it", d.timer("duration", "answer.wait")),
    ],
    ids=["service task", "user task", "many instances", "duration"],
)
def test_a_process_goes_past_an_element_without_its_effect(pathway: Pathway, it: str) -> None:
    """What was answered before it counts; the step after it opens; who let it go past is on record with the reason."""
    case = stuck(pathway, it)
    skip(case, reason="not needed for her")
    assert case.elements() == ["after"]
    assert case.fact("answer.list") is None
    (entry,) = case.history("incident.skipped")
    assert (entry["actor"], entry["element_id"]) == (DIRECTOR.id, "it")
    assert detail(case, "incident.skipped")["reason"] == "not needed for her"
    assert [row["resolution"] for row in incidents(case)] == ["skipped"]
    assert case.faults() == []


@pytest.mark.parametrize(("to", "opened"), [(None, "right"), ("left", "left")])
def test_a_gateway_is_left_by_the_flow_that_is_chosen_or_the_default(
    pathway: Pathway, to: str | None, opened: str
) -> None:
    """The conditions are not asked."""
    pathway.version(*POISON)
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask")
    skip(case, to=to)
    assert case.elements() == [opened]


def test_a_timer_is_set_to_the_instant_that_is_given(pathway: Pathway) -> None:
    """Until then it waits like any other."""
    pathway.version(*TIMER_FAILS)
    case = pathway.case()
    case.to_day(7)
    skip(case, at=case.moment(20))
    assert case.elements() == []
    assert case.row["next_due"] == case.moment(20)
    case.to_day(21)
    assert case.days_of("late") == [20]


def test_a_cycle_that_fails_does_not_come_any_more(pathway: Pathway) -> None:
    """The activity beside which it would repeat goes on."""
    daily = d.on("after", "it", d.timer("cycle", "answer.days"), interrupting=False)
    pathway.version(
        d.start(), d.user("ask"), d.user("after"), daily, d.user("again"), d.end(),
        d.flow("start ask after end"), d.flow("it again end"),
    )  # fmt: skip
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask")
    skip(case)
    assert (case.elements(), case.row["next_due"]) == (["after"], None)


@pytest.mark.parametrize(
    ("given", "field"), [({"reason": " "}, "reason"), ({"to": "nowhere"}, "to"), ({"to": "late"}, "to")]
)
def test_a_skip_that_does_not_fit_is_refused_by_field(pathway: Pathway, given: dict[str, str], field: str) -> None:
    """Nothing happens to the incident."""
    pathway.version(*TIMER_FAILS)
    case = pathway.case()
    case.to_day(7)
    with pytest.raises(InvalidInput) as told, nothing_written(pathway.engine):
        skip(case, **given)
    assert set(told.value.errors) == {field}


def test_what_is_no_single_element_cannot_be_skipped(pathway: Pathway) -> None:
    """A loop without end has no element to go past; the words say what to do instead."""
    pathway.version(
        d.start(), d.user("ask"), d.exclusive("again", default="round"), d.task("round"), d.end(),
        d.flow("start ask again round again"), d.flow("again end", 'answer.note = "stop"'),
    )  # fmt: skip
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask")
    assert "10000 steps" in incident(case)["message"]
    with pytest.raises(Refused, match="no single element failed; mend the diagram"):
        skip(case)


FAILS = f"if {FOR_EVER} then 1 else 2"


def two_steps(pathway: Pathway, one: str, two: str) -> str:
    steps = d.record("one", "answer.a", one), d.record("two", "answer.b", two)
    return pathway.version(
        d.start(), d.user("ask"), *steps, d.user("after"), d.end(), d.flow("start ask one two after end")
    )


def test_two_steps_in_a_row_that_fail_are_skipped_one_after_the_other(pathway: Pathway) -> None:
    """The first skip fails at the second step and is kept; the skip of that one goes past both."""
    two_steps(pathway, FAILS, FAILS)
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask")
    assert not skip(case).matched
    assert (incident(case)["element_id"], incident(case)["failures"]) == ("two", 2)
    assert not retry(case).matched
    assert skip(case).matched
    assert (case.elements(), case.fact("answer.a"), case.fact("answer.b")) == (["after"], None, None)
    assert case.faults() == []


def test_a_skip_that_was_kept_is_not_meant_for_another_version(pathway: Pathway) -> None:
    """The first step is mended as well as the second: both take effect."""
    two_steps(pathway, FAILS, FAILS)
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask")
    assert not skip(case).matched
    migrate(case, two_steps(pathway, "1", "2"))
    retry(case)
    assert (case.fact("answer.a"), case.fact("answer.b")) == (1, 2)
    assert incidents(case)[0]["resolution"] == "migrated"


def test_a_step_that_the_director_never_looked_at_is_not_skipped(pathway: Pathway) -> None:
    """Somebody else has retried meanwhile: it stands at the step behind, in the version that it was moved to."""
    two_steps(pathway, FAILS, FAILS)
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask")
    seen = incident(case)
    mended = two_steps(pathway, "1", FAILS)
    migrate(case, mended)
    assert not retry(case).matched
    with pytest.raises(Refused, match="failed at “two” since you looked at it"), nothing_written(pathway.engine):
        skip(case, seen=seen)
    assert (incident(case)["version"], case.history("incident.retried")[-1]["version"]) == (mended, mended)
    migrate(case, two_steps(pathway, "1", "2"))
    retry(case)
    assert incidents(case)[0]["resolution"] == "migrated"


def test_the_task_that_fails_is_skipped_and_not_an_older_one_of_its_step(pathway: Pathway) -> None:
    """Each week opens another check; the third cannot say why, and the two that wait stay open."""
    fails = f'if today() > date("2026-01-25") and {FOR_EVER} then 1 else 2'
    pathway.version(
        d.start(), d.user("ask"), d.on("ask", "weekly", d.timer("cycle", "R/P7D"), interrupting=False),
        d.user("check", why=f"Because {{{fails}}}."), d.end(), d.flow("start ask end"), d.flow("weekly check end"),
    )  # fmt: skip
    case = pathway.case()
    while not case.to_day(case.day + 7).failed:
        pass
    before = [task["id"] for task in case.open()]
    assert len(before) >= 2
    skip(case)
    assert [task["id"] for task in case.open()] == before
    assert case.faults() == []
