"""Two texts of one form or other YAML file: fields and keys are told in words."""

from __future__ import annotations

import pytest

from engine.compare import compare
from engine.settings import SHIPPED_PATHWAYS

FILE = "forms/pain_checkin.yaml"
FORM = """
id: call
title: Call
fields:
  - {name: reached, title: Reached?, type: boolean, required: true}
  - {name: pain, title: Pain, type: integer, minimum: 0, maximum: 10}
  - {instrument: nrs}
"""


def sentences(before: str, after: str) -> list[str]:
    return [each.sentence for each in compare({FILE: before}, {FILE: after}).changes]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("maximum: 10}", "maximum: 10, required: true}", "Call, field “pain”: now required."),
        (", required: true}", "}", "Call, field “reached”: no longer required."),
        ("maximum: 10", "maximum: 20", "Call, field “pain”: maximum changed from “10” to “20”."),
        ("  - {instrument: nrs}\n", "", "Call, field “nrs”: taken out."),
        (
            "{instrument: nrs}",
            "{instrument: nrs}\n  - {name: sleep, title: Sleep}",
            "Call, field “sleep”: added (“Sleep”).",
        ),
    ],
)
def test_a_field_is_named(old: str, new: str, sentence: str) -> None:
    """What became of it stands behind its name."""
    assert sentences(FORM, FORM.replace(old, new)) == [sentence]


def test_the_order_of_questions_is_told() -> None:
    """Nothing else about them changed."""
    lines = FORM.strip().splitlines()
    after = "\n".join([*lines[:3], lines[4], lines[3], lines[5]])
    assert sentences(FORM, after) == ["Call: fields stand in another order: “pain”, “reached”, “nrs”."]


def test_comments_and_style_are_no_change() -> None:
    """Only the text is another one."""
    found = compare({FILE: FORM}, {FILE: "# asked each week\n" + FORM.replace("title: Call", 'title: "Call"')})
    assert found.is_same
    assert found.rewritten == (FILE,)


def test_every_shipped_file_is_the_same_as_itself_and_another_than_nothing() -> None:
    """The whole folder: no false alarm; a file that is not there is told as a file."""
    texts = {
        path.relative_to(SHIPPED_PATHWAYS).as_posix(): path.read_text(encoding="utf-8")
        for path in SHIPPED_PATHWAYS.rglob("*.*")
        if path.suffix in (".bpmn", ".dmn", ".yaml")
    }
    assert compare(texts, texts).changes == ()
    spaced = {path: text + "\n" for path, text in texts.items()}
    assert compare(texts, spaced).changes == ()
    gone = compare(texts, {})
    assert [each.what for each in gone.changes] == ["removed"] * len(texts)
    assert gone.changes[0].file == "behavioral.bpmn"


def test_a_text_that_is_no_yaml_is_named_with_its_line() -> None:
    """A draft may hold one."""
    (sentence,) = sentences(FORM, FORM + "fields: [\n")
    assert sentence.startswith(f"{FILE} cannot be compared, for one text cannot be read (line ")
