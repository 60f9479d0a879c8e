"""Targets follow from the baseline, and what decides a track stands in the file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from care.errors import ConfigurationError, UnknownName
from care.targets import Targets, targets_from
from tests.care.conftest import PATHWAYS, read


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


def test_control_gives_a_line_without_a_baseline(targets: Targets) -> None:
    """A blood pressure below 130 meets the target whatever it was before."""
    line = targets.target_for("systolic", None)
    assert line is not None
    assert line.is_met_by(Decimal(129))
    assert not line.is_met_by(Decimal(130))


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
        ({"fact": None}, "fact.*must be a text"),
    ],
)
def test_a_faulty_target_is_refused_by_field(overrides: dict[str, Any], words: str) -> None:
    """A target that contradicts itself is found when the file is read."""
    with pytest.raises(ConfigurationError, match=rf"targets\[1\].*{words}"):
        targets_from(a_document(overrides, [{"measures": ["m"]}]))


@pytest.mark.parametrize(
    ("overrides", "demand", "words"),
    [
        ({"points": 2}, {"measures": ["n"]}, "'n' has no target; did you mean 'm'|'n' has no target; known: m"),
        ({"points": 2, "tracks": ["bh"]}, {"measures": ["m"]}, "no target in msk"),
        ({}, {"measures": ["m"]}, "no target in msk"),
        ({"guard": 2}, {"measures": ["m"]}, "no target in msk"),
        ({"points": 2}, {"measures": []}, "at least one measure"),
        ({"points": 2}, {"measures": ["m"], "required": "yes"}, "true or false"),
    ],
)
def test_what_could_never_decide_a_track_is_refused(
    overrides: dict[str, Any], demand: dict[str, Any], words: str
) -> None:
    """A measure without a target, of another track, or unknown cannot be demanded."""
    with pytest.raises(ConfigurationError, match=rf"attainment\.msk\[1\].*({words})"):
        targets_from(a_document(overrides, [demand]))


def test_every_measure_of_a_track_is_kept_as_a_fact_of_one_name(targets: Targets) -> None:
    """What is measured is found by its fact, and no two measures share one."""
    names = [target.fact for target in targets.by_measure.values()]
    assert len(set(names)) == len(names)
    assert targets.facts("bh")["phq9"] == "phq9.score"
    assert targets.facts("ckm")["systolic"] == "bp.systolic"


def test_measures_and_targets_say_the_same_of_reporting(targets: Targets) -> None:
    """How fresh a value has to be and which sources CMS takes stands in both files: they may not differ."""
    measures = read(PATHWAYS / "configuration" / "measures.yaml")["measures"]
    rules = {part["fact"]: each for each in measures for part in each["parts"]}
    anybody = next(set(each["reportable"]["sources"]) for each in measures if each["id"] == "weight")
    for target in targets.by_measure.values():
        if target.fact in rules:
            rule = rules[target.fact]
            assert target.fresh == rule["freshness"], target.measure
            assert (set(target.reported_from) or anybody) == set(rule["reportable"]["sources"]), target.measure


def test_an_unknown_track_is_refused_with_a_hint(targets: Targets) -> None:
    """A mistyped track is named."""
    with pytest.raises(UnknownName, match="did you mean 'eckm'"):
        targets.demands("eckmm")


def a_document(overrides: dict[str, Any], demands: list[dict[str, Any]]) -> dict[str, Any]:
    """A targets file of one measure, `m`, with what decides MSK."""
    target = {"measure": "m", "title": "M", "tracks": ["msk"], "unit": "T", "better": "higher", "loinc": []}
    target |= {"source": "x", "fact": "m.score", "fresh": "prom"} | overrides
    standing = {"on_course_share": 0.5, "at_risk_after_days": 182, "source": "x"}
    attainment = {"source": "x", "msk": demands}
    return {
        "id": "t", "performance_year": 2026, "standing": standing, "attainment": attainment, "targets": [target],
    }  # fmt: skip
