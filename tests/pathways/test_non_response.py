"""The week 4 sign of non-response warns as its table says, and its accuracy is the one that is printed beside it."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bench.non_response import LOOK, START, TRACKS, accuracy, table
from engine.dmn import DecisionModel

DOCUMENT = (Path(__file__).parents[2] / "docs" / "plateau.md").read_text(encoding="utf-8")
POINTS = 5  # percent points that a cohort of a thousand may differ from one of five thousand


@cache
def decision() -> DecisionModel:
    return table()


def foreseen(track: str, week: int = 4, **changes: tuple[float, float]) -> dict[str, Any]:
    """What the table says for a first and a last value by fact, `__` for the dot; blood pressure in levels."""
    today = START + timedelta(days=LOOK)
    scope: dict[str, Any] = {"case": {"track": track, "week": Decimal(week)}, "today": today}
    scope |= {f"series.{name}": [] for names in TRACKS.values() for name in names}
    for name, (first, last) in changes.items():
        days = (0, 2, 4, 22, 24, 26) if name == "bp__systolic" else (0, LOOK)
        values = [first if day < 7 else last for day in days]
        scope[f"series.{name.replace('__', '.')}"] = [
            {"on": START + timedelta(days=day), "value": Decimal(str(value))}
            for day, value in zip(days, values, strict=True)
        ]
    outputs = decision().decide(scope).outputs
    assert isinstance(outputs, dict)
    return outputs


@pytest.mark.parametrize(
    ("track", "changes", "expected"),
    [
        ("msk", {"pf6b__score": (38, 38.5), "pi6a__score": (62, 61), "nrs__score": (6, 6)}, True),
        ("msk", {"pf6b__score": (38, 38.5), "pi6a__score": (62, 61), "nrs__score": (6, 4)}, False),
        ("msk", {"pf6b__score": (38, 40), "pi6a__score": (62, 60.5), "nrs__score": (6, 6)}, False),
        ("msk", {"pf6b__score": (38, 38.2)}, True),
        ("bh", {"phq9__score": (15, 13)}, True),
        ("bh", {"phq9__score": (15, 12)}, False),
        ("bh", {"phq9__score": (3, 3), "gad7__score": (14, 13)}, True),
        ("ckm", {"bp__systolic": (150, 146)}, True),
        ("eckm", {"bp__systolic": (150, 145)}, False),
        ("eckm", {"bp__systolic": (132, 129)}, False),
        ("ckm", {}, False),
    ],
)
def test_little_change_by_week_4_is_a_warning(
    track: str, changes: dict[str, tuple[float, float]], expected: bool
) -> None:
    """Below the stated early change the sign is there; with nothing measured it is not."""
    assert foreseen(track, **changes)["foreseen"] is expected


@pytest.mark.parametrize("week", [0, 2, 8, 20])
def test_the_sign_is_read_in_the_first_weeks_only(week: int) -> None:
    """Earlier nothing can be foreseen, later the plateau rule says what has happened."""
    assert foreseen("bh", week, phq9__score=(15, 15))["foreseen"] is False


@pytest.mark.parametrize(
    ("track", "changes"),
    [
        ("msk", {"pf6b__score": (38, 38), "pi6a__score": (62, 62)}),
        ("bh", {"phq9__score": (15, 15)}),
        ("ckm", {"bp__systolic": (150, 150)}),
    ],
)
def test_the_sentence_and_the_page_say_how_often_it_is_right(
    track: str, changes: dict[str, tuple[float, float]]
) -> None:
    """A warning and no verdict: sensitivity and specificity in its words are those that the bench measures."""
    sentence = foreseen(track, **changes)["rule"]
    assert "A warning, no verdict" in sentence
    sensitivity, specificity = (int(percent) for percent in re.findall(r"(\d+)%", sentence)[-2:])
    found = accuracy(track, 1000)
    assert abs(100 * found.sensitivity - sensitivity) <= POINTS
    assert abs(100 * found.specificity - specificity) <= POINTS
    name = {"msk": "MSK", "bh": "BH", "ckm": "CKM, eCKM"}[track]
    assert f"| {name} | {sensitivity}% | {specificity}% |" in DOCUMENT
