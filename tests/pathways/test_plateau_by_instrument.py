"""The plateau rule of BH, CKM and eCKM reads each instrument by its own measure, and one answer comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn import Decision, DecisionModel, parse_decisions
from engine.functions import FUNCTIONS
from tests.pathways.bpmn_files import PATHWAYS

TODAY = date(2027, 3, 1)
RANK = ["worse", "plateau", "improving"]
FACTS = (
    "phq9.score", "gad7.score", "bp.systolic", "weight.value", "hba1c.value", "pf6b.score", "pi6a.score", "nrs.score",
)  # fmt: skip
PHQ9, GAD7, SYSTOLIC = st.integers(0, 27), st.integers(0, 21), st.integers(90, 200)


@cache
def plateau() -> DecisionModel:
    file = PATHWAYS / "decisions" / "plateau.dmn"
    return parse_decisions(file.read_bytes(), file.name, functions=FUNCTIONS)["plateau"]


def every(days: int, values: Sequence[Any], ends: date = TODAY) -> list[dict[str, Any]]:
    """Values so many days apart, the last of them on `ends`."""
    first = ends - timedelta(days=days * (len(values) - 1))
    return [{"on": first + timedelta(days=days * n), "value": Decimal(str(v))} for n, v in enumerate(values)]


def pressure(*weeks: float) -> list[dict[str, Any]]:
    """Daily blood pressure, a level for each week."""
    return every(1, [level for level in weeks for _ in range(7)])


def decide(track: str, week: int, bmi: float | None = None, **series: list[dict[str, Any]]) -> Decision:
    """The rule for a track; `series` are by fact, with `__` for the dot."""
    given = {f"series.{name.replace('__', '.')}": values for name, values in series.items()}
    scope: dict[str, Any] = {
        "case": {"track": track, "week": Decimal(week), "day": Decimal(7 * week)},
        "today": TODAY,
        **{f"series.{name}": [] for name in FACTS},
        **given,
    }
    return plateau().decide(scope if bmi is None else {**scope, "bmi.value": Decimal(str(bmi))})


def status(decision: Decision) -> str:
    assert isinstance(decision.outputs, dict)
    assert isinstance(decision.outputs["rule"], str)
    return str(decision.outputs["status"])


@pytest.mark.parametrize(
    ("week", "scores", "expected"),
    [
        (4, [18], "unknown"),
        (4, [18, 23], "worse"),
        (4, [18, 14], "improving"),  # 22%: a beginning
        (4, [18, 15], "plateau"),
        (12, [18, 17, 15, 14], "plateau"),  # not 5 points after 12 weeks
        (12, [18, 17, 15, 13], "improving"),
        (12, [18, 13, 13, 12], "plateau"),  # 6 better, at a standstill
        (12, [18, 13, 13, 9], "improving"),  # response: half
        (12, [8, 6, 5, 4], "improving"),  # remission
        (12, [4, 3, 3, 3], "improving"),  # never was ill by this instrument: on track
    ],
)
def test_a_course_of_depression_is_read_as_a_clinician_would(week: int, scores: list[int], expected: str) -> None:
    """PHQ-9: 5 points matter, half is response, below 5 is remission, and standing still short of both is a plateau."""
    assert status(decide("bh", week, phq9__score=every(28, scores))) == expected


def test_anxiety_counts_four_points() -> None:
    """GAD-7's change that matters is 4, not 5."""
    assert status(decide("bh", 12, gad7__score=every(28, [15, 14, 13, 11]))) == "improving"
    assert status(decide("bh", 12, gad7__score=every(28, [15, 14, 14, 19]))) == "worse"


def test_one_instrument_that_gets_worse_outweighs_the_other() -> None:
    """Less depression does not hide more anxiety, and the sentence names the instrument."""
    decision = decide("bh", 12, phq9__score=every(28, [18, 8]), gad7__score=every(28, [10, 14]))
    assert status(decision) == "worse"
    assert isinstance(decision.outputs, dict)
    assert decision.outputs["rule"] == "GAD-7 is 4 or more points above the baseline."


def test_answers_of_a_month_ago_decide_nothing() -> None:
    """A milestone that nobody answered neither alarms nor reassures."""
    old = every(28, [18, 8], TODAY - timedelta(days=22))
    assert status(decide("bh", 12, phq9__score=old)) == "unknown"


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ([150] * 3, "unknown"),  # the baseline is still in the mean
        ([150] * 8, "plateau"),
        ([150, 150, 150, 150, 148, 144, 142, 140], "improving"),  # falling
        ([150, 140, 138, 138, 138, 138, 138, 138], "plateau"),  # 12 better, at a standstill above control
        ([160, 150, 144, 144, 144, 144, 144, 144], "improving"),  # 15 better
        ([135, 132, 129, 128, 128, 128, 128, 128], "improving"),  # in control
        ([125] * 8, "improving"),  # in control from the start: on track
        ([140, 142, 145, 148, 150, 150, 151, 152], "worse"),
    ],
)
@pytest.mark.parametrize("track", ["ckm", "eckm"])
def test_blood_pressure_is_judged_by_means_of_weeks(track: str, weeks: list[int], expected: str) -> None:
    """CMS: below 130 or 15 less; a mean that stays above and no longer falls is a plateau."""
    assert status(decide(track, len(weeks), bp__systolic=pressure(*weeks))) == expected


def rule(decision: Decision) -> str:
    assert isinstance(decision.outputs, dict)
    return str(decision.outputs["rule"])


@pytest.mark.parametrize(
    ("readings", "expected"),
    [([150, 150, 170], "worse"), ([150, 150, 150], "plateau"), ([150, 150, 120], "improving")],
)
def test_one_reading_in_three_weeks_counts_and_the_sentence_says_so(readings: list[int], expected: str) -> None:
    """Readings that are typed in come every two weeks: what is known is judged, and how much that was stands there."""
    decision = decide("ckm", 12, bp__systolic=every(28, readings))
    assert status(decision) == expected
    assert "by 1 reading of the last 3 weeks" in rule(decision)
    assert "by 21 readings of the last 3 weeks" in rule(decide("ckm", 8, bp__systolic=pressure(*[150] * 8)))


@pytest.mark.parametrize(
    ("last", "pressure", "weight"),
    [((138, 98), "improving", "improving"), ((146, 99.5), "plateau", "plateau")],
)
def test_the_first_weeks_are_compared_with_the_baseline(last: tuple[int, float], pressure: str, weight: str) -> None:
    """At week 4 nothing was measured four weeks ago, perhaps by a day: a fall since the baseline is a fall."""
    assert status(decide("ckm", 4, bp__systolic=every(27, [150, last[0]]))) == pressure
    assert status(decide("ckm", 4, 34, weight__value=every(27, [100, last[1]]))) == weight
    assert status(decide("ckm", 3, bp__systolic=every(20, [150, last[0]]))) == "unknown"


def test_a_body_mass_index_in_control_hides_nothing() -> None:
    """Blood pressure that is high or not known, and HbA1c that is high, outrank a weight that is well."""
    well = {"bmi": 22.0, "weight__value": every(14, [70] * 8)}
    old = every(14, [150] * 6, TODAY - timedelta(days=22))
    assert status(decide("ckm", 14, **well)) == "improving"
    assert status(decide("ckm", 14, **well, bp__systolic=every(14, [170] * 8))) == "plateau"
    decision = decide("ckm", 14, **well, bp__systolic=old)
    assert status(decision) == "unknown"
    assert rule(decision) == "There is no blood pressure of the last 3 weeks: measure it."
    assert status(decide("ckm", 14, **well, hba1c__value=every(84, [9.5, 9.4]))) == "plateau"
    assert status(decide("ckm", 14, **well, hba1c__value=every(84, [9.5]))) == "unknown"


def test_a_weight_that_is_missing_is_asked_for() -> None:
    """Blood pressure in control does not speak for a weight that nobody knows."""
    pressures = every(14, [150] + [120] * 7)
    flat = every(14, [100] * 7, TODAY - timedelta(days=22))
    decision = decide("ckm", 14, bp__systolic=pressures, weight__value=flat)
    assert (status(decision), rule(decision)) == ("unknown", "There is no weight of the last 3 weeks: weigh again.")


@pytest.mark.parametrize("first", [150, 125])
def test_an_old_hba1c_neither_blocks_nor_escalates(first: int) -> None:
    """Four weeks after week 12 the same value is not judged again; the sentence says that it is not new."""
    pressures = every(14, [first] + [124] * 7)
    value = every(84, [8.1, 7.9], TODAY - timedelta(days=28))
    decision = decide("ckm", 16, bp__systolic=pressures, hba1c__value=value)
    assert status(decision) == "improving"
    assert rule(decision).endswith("The last HbA1c is more than 3 weeks old.")
    new = every(84, [8.1, 7.9], TODAY - timedelta(days=21))
    assert status(decide("ckm", 15, bp__systolic=pressures, hba1c__value=new)) == "plateau"


def test_hba1c_says_nothing_before_week_12() -> None:
    """It follows months behind; from then on one above control that does not fall is a plateau."""
    values = every(70, [8.4, 8.3])
    assert status(decide("ckm", 11, hba1c__value=values)) == "unknown"
    assert status(decide("ckm", 12, hba1c__value=values)) == "plateau"
    assert status(decide("ckm", 12, hba1c__value=every(70, [8.4, 6.9]))) == "improving"


def test_a_flat_weight_does_not_outweigh_a_falling_blood_pressure() -> None:
    """Weight that stands still decides only where nothing else is better."""
    flat = every(7, [100] * 20)
    assert status(decide("eckm", 19, weight__value=flat)) == "plateau"
    assert status(decide("eckm", 19, weight__value=flat, bmi=27)) == "improving"
    falling = pressure(*[150] * 16, 148, 146, 142, 140)
    assert status(decide("eckm", 19, weight__value=flat, bp__systolic=falling)) == "improving"


@pytest.mark.parametrize(
    ("phq9", "gad7", "expected"),
    [
        ([13], [3, 3], "unknown"),  # one was never asked again
        ([13], [14, 8], "unknown"),
        ([13], [10, 10], "plateau"),
        ([13], [10, 14], "worse"),
        ([13, 13], [3, 3], "plateau"),
        ([], [3, 3], "improving"),
        ([13, 13], [14, 8], "improving"),  # one of two is better, as in MSK
    ],
)
def test_an_instrument_that_is_low_does_not_speak_for_the_other(
    phq9: list[int], gad7: list[int], expected: str
) -> None:
    """Who has a baseline of both is improving only when both are known; worse and a standstill beat "low"."""
    scores = every(28, phq9, TODAY if len(phq9) > 1 else TODAY - timedelta(days=28))
    assert status(decide("bh", 12, phq9__score=scores, gad7__score=every(28, gad7))) == expected


@given(st.lists(PHQ9, max_size=6), st.lists(GAD7, max_size=6), st.integers(0, 60), st.integers(0, 40))
def test_there_is_always_one_answer_with_a_sentence(phq9: list[int], gad7: list[int], week: int, age: int) -> None:
    """Whatever was answered, the track's own tables match one row each, and the rule says why; no other track's do."""
    ends = TODAY - timedelta(days=age)
    decision = decide("bh", week, phq9__score=every(14, phq9, ends), gad7__score=every(14, gad7, TODAY))
    assert status(decision) in {*RANK, "unknown"}
    tables = [rule.decision for rule in decision.required]
    assert sorted(tables) == ["gad7_course", "phq9_course", "plateau_bh"]
    assert all(rule.annotation for rule in decision.required)


@given(
    st.lists(PHQ9, min_size=2, max_size=6),
    st.lists(GAD7, min_size=2, max_size=6),
    st.integers(0, 27),
    st.integers(1, 50),
)
def test_fewer_symptoms_never_read_as_worse(phq9: list[int], gad7: list[int], fall: int, week: int) -> None:
    """BH's rule is monotone: a lower last score never moves a patient down."""
    after = [*phq9[:-1], max(0, phq9[-1] - fall)]
    found = [
        status(decide("bh", week, phq9__score=every(28, scores), gad7__score=every(28, gad7)))
        for scores in (phq9, after)
    ]
    assert RANK.index(found[1]) >= RANK.index(found[0])


@given(st.lists(SYSTOLIC, min_size=8, max_size=8), st.integers(0, 60))
def test_a_lower_blood_pressure_never_reads_as_worse(weeks: list[int], fall: int) -> None:
    """CKM's rule is monotone in the last three weeks."""
    after = [*weeks[:5], *(week - fall for week in weeks[5:])]
    found = [status(decide("ckm", 8, bp__systolic=pressure(*each))) for each in (weeks, after)]
    assert RANK.index(found[1]) >= RANK.index(found[0])


def test_a_case_without_a_track_is_not_judged() -> None:
    """The rule has an answer for everything it may be asked."""
    scope: dict[str, Any] = {"case": {"week": Decimal(4)}, "today": TODAY}
    assert status(plateau().decide(scope)) == "unknown"


@given(
    st.lists(SYSTOLIC, max_size=6),
    st.lists(st.integers(60, 140), max_size=6),
    st.lists(st.integers(50, 120), max_size=4),
    st.none() | st.floats(20, 45),
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(0, 52),
)
def test_nobody_is_improving_by_a_measure_that_is_not_known(
    pressures: list[int], weights: list[int], sugar: list[int], bmi: float | None, age: int, other: int, week: int
) -> None:
    """CKM, whatever was measured when: improving needs a new blood pressure and weight where there is a first one."""
    decision = decide(
        "ckm",
        week,
        bmi,
        bp__systolic=every(14, pressures, TODAY - timedelta(days=age)),
        weight__value=every(14, weights, TODAY - timedelta(days=other)),
        hba1c__value=every(70, [each / 10 for each in sugar]),
    )
    if status(decision) == "improving":
        assert not pressures or age < 21
        assert not weights or other < 21
    assert rule(decision)
