"""Licensed wording replaces the neutral labels and changes no score."""

from __future__ import annotations

from typing import Any

import pytest

from care.instruments import Instrument, InstrumentError, item_schema, score
from care.licensed_text import with_licensed_text


def licensed(**overrides: Any) -> dict[str, Any]:
    """The licensed text of PEG, with overrides; its words are a test's own."""
    item = {"label": "The owner's words", "options": [f"step {n}" for n in range(11)]}
    return {"id": "peg", "items": [item, item, item]} | overrides


def test_the_owners_words_are_asked_and_the_score_stays(instruments: dict[str, Instrument]) -> None:
    """A loaded text is what the patient reads; the same answers give the same score."""
    peg = instruments["peg"]
    worded = with_licensed_text(peg, licensed(instruction="Choose one."))
    assert worded.instruction == "Choose one."
    assert item_schema(worded.items[0])["title"] == "The owner's words"
    assert item_schema(worded.items[0])["oneOf"][10] == {"const": 10, "title": "step 10"}
    assert score(worded, [1, 2, 3]) == score(peg, [1, 2, 3])


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"id": "odi"}, "is not 'peg'"),
        ({"items": []}, "must hold 3 items"),
        ({"items": [{"label": "x", "options": ["a"]}] * 3}, r"items\[1\].options: must hold 11 texts"),
    ],
)
def test_a_text_that_does_not_fit_is_refused(
    instruments: dict[str, Instrument], overrides: dict[str, Any], words: str
) -> None:
    """A text for another instrument, or with the wrong number of items or options, is not loaded."""
    with pytest.raises(InstrumentError, match=words):
        with_licensed_text(instruments["peg"], licensed(**overrides))
