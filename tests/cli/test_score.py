"""`throughline score`: an instrument's score with its rule and source."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Throughline


# CMS ACCESS implementation guide, MSK and BH report bundles: published answers with their scores.
@pytest.mark.parametrize(
    ("instrument", "answers", "score"),
    [
        ("pf6b", "4,3,3,4,1,2", 36.8),
        ("pi6a", "2,2,3,2,3,3", 58.6),
        ("koosjr", "2,2,1,3,2,2,3", 50.012),
        ("phq9", "1,1,2,1,0,1,1,0,0", 7),
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
