"""Events that come twice, or in another order than things happened in."""

from __future__ import annotations

from itertools import permutations

import pytest

from engine.application import Engine
from engine.commands import DeliverEvent
from tests.engine.builders import DANA, Case, a_case

WEIGHTS = ((1, 80.0), (3, 84.0), (5, 82.5))  # by day of the case


@pytest.fixture
def case(engine: Engine) -> Case:
    """A week after the start, nothing of it told yet."""
    found = a_case(engine)
    found.answer_all()
    found.to_day(7)
    return found


def told(case: Case, type_: str, day: int, key: str | None = None, **payload: object) -> bool:
    """Tell what happened on a day of the case; whether this was the first time under the key."""
    command = DeliverEvent(case.id, type_, payload, case.moment(day))
    return not case.engine.execute(command, actor=DANA, key=key).replayed


@pytest.mark.parametrize("order", list(permutations(WEIGHTS)), ids=str)
def test_measures_tell_the_same_in_whatever_order_they_come(case: Case, order: tuple[tuple[int, float], ...]) -> None:
    """The value that was true last is the one that counts; the series stands in the order of its days."""
    for day, value in order:
        told(case, "measure.recorded", day, code="29463-7", value=value)
    assert case.fact("weight.value") == 82.5
    by_day = sorted(case.facts("weight.value"), key=lambda fact: fact["effective_at"])
    assert [float(fact["value"]) for fact in by_day] == [value for _, value in WEIGHTS]


@pytest.mark.parametrize("days_between", [0, 3], ids=["at once", "days later"])
def test_an_event_told_twice_under_one_key_happened_once(case: Case, days_between: int) -> None:
    """The second caller hears what came of the first: one call to make, one entry, one value."""
    payloads: dict[str, dict[str, object]] = {
        "transition.discharged": {"facility": "Mercy"},
        "measure.recorded": {"code": "29463-7", "value": 81.0},
        "response.received": {"instrument": "pf6b", "answers": [4, 3, 3, 4, 1, 2]},
    }
    for type_, payload in payloads.items():
        assert told(case, type_, 6, key=f"feed:{type_}", **payload)
    case.to_day(7 + days_between)
    length = len(case.history())
    for type_, payload in reversed(payloads.items()):
        assert not told(case, type_, 6, key=f"feed:{type_}", **payload)
    assert len(case.history()) == length
    assert case.days_of("call_after_discharge") == [7]
    assert [len(case.facts(name)) for name in ("weight.value", "pf6b.score")] == [1, 1 + baselines(case)]


def baselines(case: Case) -> int:
    """Answers that were there before."""
    return sum(1 for fact in case.facts("pf6b.score") if fact["source"] == "form")


def test_an_event_told_twice_without_a_key_is_in_the_record_twice(case: Case) -> None:
    """Nobody can tell two measures of a moment from one told twice; values and scores come out the same."""
    for _ in range(2):
        told(case, "measure.recorded", 6, code="29463-7", value=81.0)
        told(case, "response.received", 6, instrument="pf6b", answers=[4, 3, 3, 4, 1, 2])
    kinds = [entry["kind"] for entry in case.history() if entry["kind"].startswith("event.")]
    assert len(kinds) == 4
    assert (case.fact("weight.value"), float(case.fact("pf6b.score"))) == (81, 36.8)
    assert case.faults() == []


def test_a_discharge_that_comes_before_its_admission_still_has_its_call(case: Case) -> None:
    """Due from the day of the discharge; the admission is noted afterwards with its own day, and ends nothing."""
    told(case, "transition.discharged", 5)
    due = case.task("call_after_discharge")["due_on"]
    told(case, "transition.admitted", 2)
    assert case.task("call_after_discharge")["due_on"] == due
    in_order = a_case(case.engine, aligned_on=case.aligned_on)
    in_order.answer_all()
    told(in_order, "transition.admitted", 2)
    told(in_order, "transition.discharged", 5)
    assert in_order.task("call_after_discharge")["due_on"] == due
    assert case.faults() == []
