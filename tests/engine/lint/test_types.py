"""Rule types: what expressions read is written by something, and has an answer where it stands."""

from __future__ import annotations

import pytest

from engine.lint import Finding, lint_folder, lint_sources
from tests.engine.bpmn.diagrams import bundle, end, exclusive, flow, record, start, user
from tests.engine.lint.findings import complete

RULE = "types"
FORM = """id: answer
title: Answer
fields:
  - {name: pain, fact: pain.level, title: Pain, type: integer, minimum: 0, maximum: 10}
  - {name: since, fact: pain.since, title: Since, type: date}
  - {name: region, fact: pain.region, title: Region, type: choice, options: &joints [
      {value: knee, label: Knee}, {value: hip, label: Hip}]}
  - {name: places, fact: pain.places, title: Places, type: choices, options: *joints}
  - {name: worse, fact: pain.worse, title: Worse, type: boolean}
"""


def with_condition(condition: str, *more: str) -> dict[str, str]:
    """A diagram that asks the form and then decides by a condition."""
    gateway = exclusive("g", default="b")
    flows = (flow("start a g"), flow("g b"), flow("g c", when=condition), flow("b end"), flow("c end"))
    sources = bundle(start(), user("a"), gateway, user("b"), user("c"), end(), *flows, *more)
    return {**sources, "forms/answer.yaml": FORM}


def typed(sources: dict[str, str]) -> list[Finding]:
    """What the rule finds, each checked for what it must say."""
    found = [each for each in lint_folder(sources) if each.rule == RULE]
    for each in found:
        complete(each)
    return found


@pytest.mark.parametrize(
    "condition",
    [
        "pain.level > 3 and pain.since < today",
        'pain.region = "knee" or "hip" in pain.places',
        "not(pain.worse)",
        "series.pain.level[-1].value - series.pain.level[1].value > 2",
        "today - pain.since > @\"P7D\" and case.week >= 4",
        'count(patient.conditions[starts with(item, "M17")]) > 0',
        "is defined(pain.level)",
        "latest(series.pain.level) <= 10",
    ],
)
def test_a_condition_on_what_the_form_asks_is_clean(condition: str) -> None:
    """Facts, their series, the case, the patient and the clinical functions are all known with their types."""
    assert typed(with_condition(condition)) == []


@pytest.mark.parametrize(
    ("condition", "severity", "character", "message", "hint"),
    [
        ("pain.levle > 3", "error", 1, "nothing is named 'pain.levle'", "did you mean 'pain.level'?"),
        ("case.day > 3 and case.weak > 1", "error", 18, "a context has no 'weak'", "did you mean 'week'?"),
        ("pain.level", "error", 1, "gives a number, and a boolean is needed", "docs/pathways.md"),
        ('pain.level > "3"', "error", 1, "a number and a string are never comparable", "leave the quotes out"),
        ("pain.since > case.week", "error", 1, "a date and a number are never comparable", "values of one kind"),
        ('pain.region = "kne"', "warning", 1, 'this is never "kne"', 'did you mean "knee"?'),
        ('pain.region in ("knee", "back")', "warning", 25, 'this is never "back"', 'it is one of "knee", "hip"'),
        ("pain.level > 10", "warning", 1, "this goes from 0 to 10, and never meets > 10", "that it can have"),
        ('pain.places = "knee"', "error", 1, "a list of string and a string are never comparable", "ask with `in`"),
        ("pain.since + 7 > today", "error", 1, "a date + a number has no answer", 'write a period as a duration'),
        ("pain.worse and pain.level", "error", 16, "this is a number, and a boolean is needed", "compare the value"),
        ("upper case(pain.level) = null", "error", 12, "'string' is a string, and this is", "upper case(string"),
        ("stalled(series.pain.level, 2, 2, 4)", "error", 28, "'better' is a string, and this is", "stalled(series"),
        ("latest(pain.level) > 3", "error", 8, "'series' is a series, and this is a number", "latest(series"),
        ('"kne" in pain.places', "warning", 10, 'this is never "kne"', 'did you mean "knee"?'),
        ("some s in series.pain.level satisfies s.valu > 3", "error", 39, "a context has no 'valu'", "did you mean"),
    ],
)
def test_what_has_no_answer_or_is_never_true_is_named_at_its_character(
    condition: str, severity: str, character: int, message: str, hint: str
) -> None:
    """The finding has the expression and the place in it, and says what was probably meant."""
    (finding,) = typed(with_condition(condition))
    assert (finding.severity, finding.expression, finding.character) == (severity, condition, character)
    assert finding.element == "g_c"
    assert message in finding.message
    assert hint in finding.hint


def test_a_sentence_is_checked_in_its_holes() -> None:
    """The character counts in the whole sentence."""
    sources = with_condition("pain.worse", user("d", why="Pain has been {pain.lvel} for a week."), flow("b d end"))
    (finding,) = [each for each in typed(sources) if each.element == "d"]
    assert (finding.character, finding.hint) == (16, "did you mean 'pain.level'?")


def test_what_a_diagram_writes_itself_may_be_read() -> None:
    """A recorded fact has the type of its value."""
    sources = with_condition("visit.number > 2", record("r", "visit.number", "case.week + 1"), flow("b r end"))
    assert typed(sources) == []
    computed = record("r", '" + "visit." + "number', "case.week")
    assert typed(with_condition("visit.number > 2", computed, flow("b r end"))) == []
    (finding,) = typed(with_condition('visit.number = "2"', record("r", "visit.number", "case.week"), flow("b r end")))
    assert "a number and a string" in finding.message


def test_a_bundle_alone_is_not_blamed_for_names_that_other_pathways_write() -> None:
    """Only a whole folder tells what nothing writes."""
    sources = with_condition("other.fact > 3")
    assert [each.severity for each in typed(sources)] == ["error"]
    assert [each for each in lint_sources(sources) if each.rule == RULE] == []


def test_a_draft_without_any_form_is_only_warned_of_names_that_nothing_writes() -> None:
    """Its forms may come yet."""
    sources = {path: text for path, text in with_condition("other.fact > 3").items() if "forms/" not in path}
    assert [each.severity for each in typed(sources)] == ["warning"]
