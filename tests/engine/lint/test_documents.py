"""Rule documents: a form or an instrument that cannot be read is named, and nothing is blamed for what it writes."""

from __future__ import annotations

from engine.lint import Finding, lint_folder
from tests.engine.bpmn.diagrams import bundle, end, flow, start, user

RULE = "documents"
NOTE = "  - {name: note, fact: answer.note, title: Note, type: text, record: true}\n"


def linted(fields: str, **more: str) -> list[Finding]:
    sources = bundle(start(), user("a", why="You said {answer.note}."), end(), flow("start a end"))
    return lint_folder({**sources, "forms/answer.yaml": f"id: answer\ntitle: A\nfields:\n{fields}", **more})


def test_a_form_that_can_be_read_is_clean() -> None:
    """And so is what it writes."""
    assert linted(NOTE) == []


def test_a_form_that_cannot_be_read_is_the_error_and_what_it_writes_only_a_warning() -> None:
    """The cause is named with its file, so that nobody mends the diagram."""
    findings = linted(NOTE.replace("type: text", "type: txet"))
    errors = [(each.file, each.rule) for each in findings if each.severity == "error"]
    assert errors == [("forms/answer.yaml", RULE)]
    assert [each.rule for each in findings if each.severity == "warning"] == ["types"]
    assert [each.rule for each in linted("  - {") if each.severity == "error"] == [RULE]


def test_an_instrument_that_is_not_there_or_cannot_be_read_is_named() -> None:
    """A slip in its name would leave the task without its questions."""
    asks = NOTE + "  - {instrument: nsr}\n"
    broken = linted(asks, **{"instruments/nrs.yaml": "id: nrs"})
    assert ("instruments/nrs.yaml", RULE) in [(each.file, each.rule) for each in broken]
