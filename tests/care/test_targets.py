"""Targets follow from the baseline, and a patient's standing is said in a sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.errors import ConfigurationError, UnknownName
from care.targets import Targets, targets_from

SCORES = st.decimals(min_value=20, max_value=80, places=1)


@pytest.mark.parametrize(
    ("measure", "baseline", "text"),
    [
        ("pf6b", "36.8", "target >= 38.8 (baseline + 2)"),
        ("pi6a", "58.6", "target <= 56.6 (baseline - 2)"),
        ("odi", "38", "target <= 30 (baseline - 8)"),
        ("koosjr", "50.012", "target >= 60.012 (baseline + 10)"),
        ("nrs", "5", "guard rail <= 7 (baseline + 2)"),
        ("systolic", "140", "target < 130 (control)"),
        ("systolic", "160", "target <= 145 (baseline - 15)"),
        ("weight", "91.3", "target <= 86.735 (baseline - 5%)"),
        ("bmi", "34", "target < 30 (control)"),
        ("phq9", "14", "target <= 9 (baseline - 5)"),
    ],
)
def test_the_easier_of_control_and_improvement_is_the_line(
    targets: Targets, measure: str, baseline: str, text: str
) -> None:
    """The line is drawn where the patient first meets the target, and says why it is there."""
    line = targets.target_for(measure, Decimal(baseline))
    assert line is not None
    assert line.text == text


def test_what_is_only_reported_has_no_line(targets: Targets) -> None:
    """eGFR is reported, LDL is left to configuration, and an improvement needs a baseline."""
    assert targets.target_for("egfr", Decimal(50)) is None
    assert targets.target_for("ldl", Decimal(150)) is None
    assert targets.target_for("pf6b", None) is None
    assert targets.standing("egfr", Decimal(50), Decimal(60)) is None


def test_control_gives_a_line_without_a_baseline(targets: Targets) -> None:
    """A blood pressure below 130 meets the target whatever it was before."""
    line = targets.target_for("systolic", None)
    assert line is not None
    assert line.is_met_by(Decimal(129))
    assert not line.is_met_by(Decimal(130))


@pytest.mark.parametrize(
    ("measure", "baseline", "latest", "state"),
    [
        ("pf6b", "36.8", "38.8", "met"),
        ("pf6b", "36.8", "37.8", "on course"),
        ("pf6b", "36.8", "37.7", "not yet"),
        ("pf6b", "36.8", "36.8", "not yet"),
        ("pf6b", "36.8", "35.9", "not yet"),
        ("pf6b", "36.8", "35.8", "worse"),
        ("pi6a", "58.6", "56.6", "met"),
        ("pi6a", "58.6", "59.6", "worse"),
        ("nrs", "5", "7", "met"),
        ("nrs", "5", "8", "worse"),
        ("systolic", "120", "135", "worse"),
    ],
)
def test_standing_follows_the_share_of_the_needed_change(
    targets: Targets, measure: str, baseline: str, latest: str, state: str
) -> None:
    """Half of the needed change is on course, half of it backwards is worse, as the shipped defaults say."""
    standing = targets.standing(measure, Decimal(baseline), Decimal(latest))
    assert standing is not None
    assert standing.state == state


def test_standing_is_said_in_a_sentence(targets: Targets) -> None:
    """The sentence holds both values, the change and the line."""
    standing = targets.standing("pf6b", Decimal("36.8"), Decimal("38.1"))
    assert standing is not None
    assert standing.sentence == (
        "Function (PF 6b) went from 36.8 to 38.1 T, 1.3 better; target >= 38.8 (baseline + 2): on course."
    )


@given(baseline=SCORES, first=SCORES, second=SCORES)
def test_a_better_score_never_stands_worse(
    targets: Targets, baseline: Decimal, first: Decimal, second: Decimal
) -> None:
    """Along the scale, standing only rises, for measures that run either way."""
    order = ["worse", "not yet", "on course", "met"]
    for measure in ("pf6b", "pi6a", "systolic"):
        better = targets.target(measure).better
        low, high = sorted([first, second], reverse=better == "lower")
        found = [targets.standing(measure, baseline, latest) for latest in (low, high)]
        ranks = [order.index(each.state) for each in found if each is not None]
        assert ranks == sorted(ranks)


def test_each_track_has_its_measures(targets: Targets) -> None:
    """MSK is judged by PROMs, CKM by vital signs and laboratory values."""
    assert [each.measure for each in targets.for_track("msk")] == [
        "pf6b", "pi6a", "odi", "ndi", "quickdash", "koosjr", "hoosjr", "nrs", "pgic",
    ]  # fmt: skip
    assert {"systolic", "egfr", "uacr"} <= {each.measure for each in targets.for_track("ckm")}
    assert "egfr" not in {each.measure for each in targets.for_track("eckm")}


def test_an_unknown_measure_is_refused_with_a_hint(targets: Targets) -> None:
    """A mistyped measure is named."""
    with pytest.raises(UnknownName, match="did you mean 'pi6a'"):
        targets.target("pi6")


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"points": 2, "percent": 5}, "one of points, percent and guard"),
        ({"points": -2}, "amounts above 0"),
        ({"better": "up"}, "known: higher, lower"),
        ({"points": "two"}, "must be a number"),
    ],
)
def test_a_faulty_target_is_refused_by_field(overrides: dict[str, Any], words: str) -> None:
    """A target that contradicts itself is found when the file is read."""
    target = {"measure": "m", "title": "M", "tracks": ["msk"], "unit": "T", "better": "higher", "loinc": []}
    target |= {"source": "x"} | overrides
    standing = {"on_course_share": 0.5, "worse_share": 0.5, "source": "x"}
    document = {"id": "t", "performance_year": 2026, "standing": standing, "targets": [target]}
    with pytest.raises(ConfigurationError, match=rf"targets\[1\].*{words}"):
        targets_from(document)
