"""Rule form-conditions: what decides whether a field is asked is true or false, of facts that there are."""

from __future__ import annotations

from engine.lint import Finding, lint_folder
from tests.engine.bpmn.diagrams import bundle, end, flow, start, user

RULE = "form-conditions"


def of_condition(condition: str) -> list[Finding]:
    sources = bundle(start(), user("a"), end(), flow("start a end"))
    field = f"{{name: note, fact: answer.note, title: Note, type: text, record: true, when: '{condition}'}}"
    sources["forms/answer.yaml"] = f"id: answer\ntitle: Answer\nfields:\n  - {field}\n"
    return [each for each in lint_folder(sources) if each.rule == RULE]


def test_a_condition_on_the_case_is_clean() -> None:
    """The track, the week, the patient and facts are there."""
    assert of_condition('case.track = "msk" and patient.age > 64 and answer.note != null') == []


def test_a_condition_that_is_no_feel_or_reads_nothing_is_an_error_in_the_form() -> None:
    """The file is the form's, with the condition and the character."""
    (broken,) = of_condition("case.week >")
    assert (broken.file, broken.severity) == ("forms/answer.yaml", "error")
    (unknown,) = of_condition("case.weak > 3")
    assert (unknown.expression, unknown.character, unknown.severity) == ("case.weak > 3", 1, "error")
    (never,) = of_condition('case.track = "mks"')
    assert (never.severity, never.hint) == ("warning", 'did you mean "msk"?')


def test_a_condition_must_be_true_or_false() -> None:
    """A number would never show the field."""
    (finding,) = of_condition("case.week")
    assert "true or false is needed" in finding.message
