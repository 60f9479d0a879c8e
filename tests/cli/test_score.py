"""`throughline score`: an instrument's score with its rule and source, and the mean of a measure's readings."""

from __future__ import annotations

import pytest
import yaml

from care.instruments import instrument_from
from engine.settings import SHIPPED_PATHWAYS
from tests.cli.conftest import Throughline


# CMS ACCESS implementation guide, MSK and BH report bundles: published answers with their scores.
@pytest.mark.parametrize(
    ("instrument", "answers", "score"),
    [
        ("pf6b", "4,3,3,4,1,2", 36.8),
        ("pi6a", "2,2,3,2,3,3", 58.6),
        ("ndi", "2,1,2,2,3,2,2,2,2,2", 40),
        ("quickdash", "3,4,3,2,2,4,3,4,3,2,3", 50),
        ("koosjr", "2,2,1,3,2,2,3", 50.012),
        ("hoosjr", "2,2,2,3,1,1", 55.985),
        ("phq9", "1,1,2,1,0,1,1,0,0", 7),
        ("gad7", "1,1,1,1,0,1,1", 6),
        ("whodas12", "2,3,2,2,3,2,3,1,1,2,2,3", 26),
    ],
)
def test_published_answers_score_as_published(
    new_throughline: Throughline, instrument: str, answers: str, score: float
) -> None:
    """The command gives what CMS publishes, and names its source."""
    found = new_throughline.json("score", instrument, "--answers", answers)
    assert found["score"] == score
    assert found["source"]


def test_a_missing_item_is_counted_and_ruled(new_throughline: Throughline) -> None:
    """QuickDASH allows one; the second is too many, exit code 2."""
    assert new_throughline.json("score", "quickdash", "--answers", "3,4,3,2,2,4,3,4,3,2,-")["missing"] == 1
    new_throughline("score", "quickdash", "--answers", "3,4,3,2,2,4,3,4,3,-,-", code=2)


def test_a_wrong_name_or_answer_is_a_wrong_call(new_throughline: Throughline) -> None:
    """The message says what was meant or allowed."""
    assert "did you mean 'pf6b'" in new_throughline("score", "pf6", "--answers", "1", code=2).stderr
    assert "not a whole number" in new_throughline("score", "nrs", "--answers", "x", code=2).stderr
    assert new_throughline.json("score", "nrs", "--answers", "11", code=2)["error"]["code"] == "care.answer"


def test_every_shipped_instrument_can_be_scored(new_throughline: Throughline) -> None:
    """The lowest answer to every item is a score, of questionnaires and needs screens alike."""
    for file in sorted((SHIPPED_PATHWAYS / "instruments").glob("*.yaml")):
        asked = instrument_from(yaml.safe_load(file.read_text(encoding="utf-8")))
        answers = ",".join(str(item.minimum) for item in asked.items)
        assert new_throughline.json("score", asked.id, "--answers", answers)["missing"] == 0


def test_readings_of_a_measure_give_their_mean(new_throughline: Throughline) -> None:
    """Two blood pressures in turn; a unit is converted."""
    found = new_throughline.json("score", "bp", "--answers", "152,94,148,90")
    assert (found["values"], found["unit"]) == ({"bp.systolic": 150, "bp.diastolic": 92}, "mm[Hg]")
    found = new_throughline.json("score", "ldl", "--answers", "2.6", "--unit", "mmol/L")
    assert (found["values"], found["unit"]) == ({"ldl.value": 100.5}, "mg/dL")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("bp", "--answers", "152,94,148"), "takes systolic and diastolic in turn"),
        (("bp", "--answers", "80,120"), "must be below systolic"),
        (("bp", "--answers", "high,94"), "'high' is not a number"),
        (("weight", "--answers", "nan"), "not a finite number"),
        (("weight", "--answers", "12", "--unit", "stone"), "accepted: kg"),
        (("nrs", "--answers", "3", "--unit", "kg"), "have no unit"),
        (("wieght", "--answers", "81"), "did you mean 'weight'"),
    ],
)
def test_values_that_cannot_be_are_a_wrong_call(
    new_throughline: Throughline, arguments: tuple[str, ...], words: str
) -> None:
    """Exit code 2, and the message says what to mend."""
    assert words in " ".join(new_throughline("score", *arguments, code=2).stderr.split())
