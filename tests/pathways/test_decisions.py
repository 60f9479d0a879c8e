"""The plateau rule of MSK and the early report rule decide as a clinician reads them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn import Decision, DecisionTable, parse_decisions
from engine.functions import FUNCTIONS
from tests.pathways.bpmn_files import PATHWAYS

TODAY = date(2026, 9, 1)
CHANGES = st.decimals(-20, 20, places=1)


@cache
def table(id_: str) -> DecisionTable:
    file = PATHWAYS / "decisions" / f"{id_}.dmn"
    return parse_decisions(file.read_bytes(), file.name, functions=FUNCTIONS)[id_]


def series(first: int, change: Decimal | float, age: int) -> list[dict[str, Any]]:
    """A baseline and one later value, `age` days old."""
    start = TODAY - timedelta(days=60)
    later = TODAY - timedelta(days=age)
    return [{"on": start, "value": Decimal(first)}, {"on": later, "value": first + Decimal(str(change))}]


def decide(
    id_: str,
    function: Decimal | float,
    interference: Decimal | float,
    pain: Decimal | float = 0,
    *,
    age: int = 0,
    day: int = 84,
) -> Decision:
    """The decision for changes from baseline, with the last scores `age` days old."""
    scope: dict[str, Any] = {
        "case": {"track": "msk", "day": Decimal(day), "week": Decimal(day // 7)},
        "today": TODAY,
        "series.pf6b.score": series(38, function, age),
        "series.pi6a.score": series(60, interference, age),
        "series.nrs.score": series(5, pain, age),
    }
    return table(id_).decide(scope)


def status(decision: Decision) -> str:
    assert isinstance(decision.outputs, dict)
    return str(decision.outputs["status"])


@pytest.mark.parametrize(
    ("function", "interference", "pain", "expected"),
    [
        (2, -2, 0, "improving"),
        (2, 0, 0, "improving"),
        (0, -2, 0, "improving"),
        (1.9, -1.9, 0, "plateau"),
        (0, 0, -3, "plateau"),
        (-2, -5, 0, "worse"),
        (5, 2, 0, "worse"),
        (5, -5, 3, "worse"),
        (5, -5, 2, "improving"),
    ],
)
def test_two_points_either_way_decide(function: float, interference: float, pain: float, expected: str) -> None:
    """CMS's minimum improvements for MSK are 2 T points; pain may rise by at most 2."""
    assert status(decide("plateau", function, interference, pain)) == expected


def test_falling_pain_counts_before_week_8_only() -> None:
    """Early in the year pain falls first and function follows."""
    assert status(decide("plateau", 0, 0, -2, day=28)) == "improving"
    assert status(decide("plateau", 0, 0, -2, day=56)) == "plateau"


def test_old_scores_decide_nothing() -> None:
    """A milestone that nobody answered neither alarms nor reassures."""
    assert status(decide("plateau", 0, 0, age=21)) == "plateau"
    assert status(decide("plateau", -9, 0, age=22)) == "unknown"


def test_a_baseline_alone_decides_nothing() -> None:
    """A change needs two scores."""
    case = {"track": "msk", "week": Decimal(4)}
    scope: dict[str, Any] = {"case": case, "today": TODAY, "series.pf6b.score": series(38, 0, 0)[:1]}
    assert status(table("plateau").decide(scope)) == "unknown"


@given(CHANGES, CHANGES, st.integers(-10, 10), st.integers(0, 60), st.integers(1, 400))
def test_there_is_always_exactly_one_answer(
    function: Decimal, interference: Decimal, pain: int, age: int, day: int
) -> None:
    """Whatever the scores, one row of the track's rule matches and says so in words."""
    decision = decide("plateau", function, interference, pain, age=age, day=day)
    (row,) = [rule for rule in decision.required if rule.decision == "plateau_msk"]
    assert status(decision) in ("improving", "plateau", "worse", "unknown")
    assert row.annotation


@given(CHANGES, CHANGES, st.integers(-10, 2), st.decimals(0, 5, places=1))
def test_doing_better_never_reads_as_doing_worse(
    function: Decimal, interference: Decimal, pain: int, gain: Decimal
) -> None:
    """The rule is monotone: more function never moves a patient down."""
    rank = ["worse", "plateau", "improving"]
    before = status(decide("plateau", function, interference, pain))
    after = status(decide("plateau", function + gain, interference, pain))
    assert rank.index(after) >= rank.index(before)


def early_end(
    track: str, day: int, met: bool | None, age: int | None, reportable: bool | None = True
) -> dict[str, Any]:
    """The early report rule on a day of the period, with what the engine computes of targets and windows."""
    aligned_on = TODAY - timedelta(days=day)
    opens = 185 if track in ("msk", "bh") else 275
    scope: dict[str, Any] = {
        "case": {"track": track, "day": Decimal(day)},
        "today": TODAY,
        "access": {
            "end_of_period_opens_on": aligned_on + timedelta(days=opens),
            "period_ends_on": aligned_on + timedelta(days=365),
        },
        "outcome": {
            "all_met": met,
            "is_reportable": reportable,
            "sentence": "2 of 2 targets met." if met else "1 of 2 targets met.",
            "measured_on": None if age is None else TODAY - timedelta(days=age),
        },
    }
    outputs = table("early_end").decide(scope).outputs
    assert isinstance(outputs, dict)
    return outputs


@pytest.mark.parametrize(
    ("track", "day", "met", "age", "step"),
    [
        ("msk", 184, True, 3, "wait"),
        ("msk", 185, True, 3, "early"),
        ("bh", 185, True, 60, "early"),
        ("bh", 185, True, 61, "wait"),
        ("bh", 185, False, 3, "wait"),
        ("ckm", 274, True, 3, "wait"),
        ("ckm", 275, True, 120, "early"),
        ("eckm", 275, True, 121, "wait"),
        ("eckm", 287, False, 3, "wait"),
        ("msk", 339, None, None, "wait"),
        ("msk", 340, False, 3, "collect"),
        ("ckm", 340, True, 3, "collect"),
        ("bh", 400, None, None, "collect"),
    ],
)
def test_the_report_goes_in_early_only_when_the_targets_are_met(
    track: str, day: int, met: bool | None, age: int | None, step: str
) -> None:
    """From the day that the window opens, with all targets met by recent values; from day 340 in any case."""
    assert early_end(track, day, met, age)["step"] == step


def test_the_early_report_rule_says_how_the_targets_stand() -> None:
    """The sentence is that of the outcome, so that the rule holds no threshold of its own."""
    assert early_end("msk", 200, True, 3)["rule"] == "2 of 2 targets met."
    assert early_end("msk", 200, False, 3)["rule"] == "1 of 2 targets met."


@pytest.mark.parametrize("track", ["msk", "bh", "ckm", "eckm"])
def test_what_cms_does_not_take_is_no_early_report(track: str) -> None:
    """A typed blood pressure would be judged missed later: the report waits, and the sentence says for what."""
    outputs = early_end(track, 300, True, 3, reportable=False)
    assert outputs["step"] == "wait"
    assert "a reading sent by the cuff is needed" in outputs["rule"]
    assert early_end(track, 300, True, 3, reportable=None)["step"] == "wait"


@given(
    st.sampled_from(["msk", "bh", "ckm", "eckm"]),
    st.integers(0, 430),
    st.sampled_from([True, False, None]),
    st.none() | st.integers(0, 400),
    st.sampled_from([True, False, None]),
)
def test_an_early_report_has_all_that_it_needs(
    track: str, day: int, met: bool | None, age: int | None, reportable: bool | None
) -> None:
    """There is always an answer with a sentence; "early" only for targets met by values that CMS takes."""
    outputs = early_end(track, day, met, age, reportable)
    assert outputs["step"] in ("early", "wait", "collect")
    assert outputs["rule"]
    if outputs["step"] == "early":
        assert (met, reportable) == (True, True)
        assert age is not None
        assert day < 340
