"""The plateau rule and the early report rule decide as a clinician reads them."""

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
        "case": {"day": Decimal(day), "week": Decimal(day // 7)},
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
    scope: dict[str, Any] = {"case": {"week": Decimal(4)}, "today": TODAY, "series.pf6b.score": series(38, 0, 0)[:1]}
    assert status(table("plateau").decide(scope)) == "unknown"


@given(CHANGES, CHANGES, st.integers(-10, 10), st.integers(0, 60), st.integers(1, 400))
def test_there_is_always_exactly_one_answer(
    function: Decimal, interference: Decimal, pain: int, age: int, day: int
) -> None:
    """Whatever the scores, one row of the plateau rule matches and says so in words."""
    decision = decide("plateau", function, interference, pain, age=age, day=day)
    assert len(decision.matched) == 1
    assert status(decision) in ("improving", "plateau", "worse", "unknown")
    assert decision.matched[0].annotation


@given(CHANGES, CHANGES, st.integers(-10, 2), st.decimals(0, 5, places=1))
def test_doing_better_never_reads_as_doing_worse(
    function: Decimal, interference: Decimal, pain: int, gain: Decimal
) -> None:
    """The rule is monotone: more function never moves a patient down."""
    rank = ["worse", "plateau", "improving"]
    before = status(decide("plateau", function, interference, pain))
    after = status(decide("plateau", function + gain, interference, pain))
    assert rank.index(after) >= rank.index(before)


@pytest.mark.parametrize(
    ("day", "function", "interference", "pain", "age", "step"),
    [
        (185, 2, -2, 0, 3, "early"),
        (185, 2, -1, 0, 3, "wait"),
        (185, 3, -3, 3, 3, "wait"),
        (185, 3, -3, 0, 61, "wait"),
        (287, 2, -2, 2, 14, "early"),
        (340, -5, 5, 5, 60, "collect"),
        (340, 5, -5, 0, 3, "collect"),
    ],
)
def test_the_report_goes_in_early_only_when_the_targets_are_met(
    day: int, function: float, interference: float, pain: float, age: int, step: str
) -> None:
    """From day 185 with both targets met and recent scores; from day 340 in any case."""
    decision = decide("early_end", function, interference, pain, age=age, day=day)
    assert isinstance(decision.outputs, dict)
    assert decision.outputs["step"] == step
