"""Rule unread-fields: what a form asks is read, or kept for the record on purpose."""

from __future__ import annotations

from engine.lint import lint_folder
from tests.engine.bpmn.diagrams import bundle, end, flow, start, user

RULE = "unread-fields"


def unread(fields: str, why: str = "Because.") -> list[tuple[str, str | None, str]]:
    """File, field and severity of what the rule finds."""
    sources = bundle(start(), user("a", why=why), end(), flow("start a end"))
    sources["forms/answer.yaml"] = f"id: answer\ntitle: Answer\nfields:\n{fields}"
    return [(each.file, each.element, each.severity) for each in lint_folder(sources) if each.rule == RULE]


def test_a_field_that_no_expression_reads_is_a_warning() -> None:
    """Somebody is asked for what nothing uses."""
    field = "  - {name: note, fact: answer.note, title: Note, type: text}\n"
    assert unread(field) == [("forms/answer.yaml", "note", "warning")]
    assert unread(field, why="You said {answer.note}.") == []
    assert unread(field, why="You said it {count(series.answer.note)} times.") == []


def test_a_field_may_say_that_it_is_for_the_record() -> None:
    """A note to colleagues is read by people."""
    assert unread("  - {name: note, fact: answer.note, title: Note, type: text, record: true}\n") == []


def test_a_field_that_another_field_asks_about_is_read() -> None:
    """Its answer decides what is asked next."""
    fields = """  - {name: moved, fact: answer.moved, title: Moved, type: boolean}
  - {name: to, fact: answer.to, title: To, type: string, record: true, when_answer: {field: moved, equals: true}}
"""
    assert unread(fields) == []
