"""`throughline feel`: one expression, or a batch, with typed values in JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.feel_values import from_json, to_json
from engine.feel import YearsMonths
from tests.cli.conftest import Throughline


@pytest.mark.parametrize(
    ("expression", "value", "text"),
    [
        ("1 + 0.5", {"number": "1.5"}, "1.5"),
        ('date("2026-07-06") + duration("P60D")', {"date": "2026-09-04"}, '@"2026-09-04"'),
        ('duration("P14M")', {"duration": "P1Y2M"}, '@"P1Y2M"'),
        ("{a: [1, null, true]}", {"context": {"a": [{"number": "1"}, None, True]}}, "{a: [1, null, true]}"),
        ("[1..3]", {"range": "[1..3]"}, "[1..3]"),
        ("(> 3)", {"range": "(> 3)"}, "(> 3)"),
        ('weeks_between(date("2026-07-06"), date("2026-08-05"))', {"number": "4"}, "4"),
    ],
)
def test_an_expression_is_evaluated(new_throughline: Throughline, expression: str, value: Any, text: str) -> None:
    """A person reads FEEL, a program typed JSON; no installation is needed."""
    assert new_throughline.json("feel", expression)["value"] == value
    assert new_throughline("feel", expression).stdout == f"{text}\n"


def test_names_come_from_a_file(new_throughline: Throughline, tmp_path: Path) -> None:
    """Plain JSON numbers and dotted names are taken as they are."""
    data = tmp_path / "facts.json"
    data.write_text('{"nrs.score": 7, "case": {"aligned_on": {"date": "2026-07-06"}}}')
    expression = 'if nrs.score > 4 then case.aligned_on + duration("P7D") else null'
    assert new_throughline.json("feel", expression, "--data", str(data))["value"] == {"date": "2026-07-13"}


def test_a_missing_name_is_null_with_a_warning(new_throughline: Throughline) -> None:
    """The warning goes to stderr, not into the answer."""
    result = new_throughline("feel", "nrs.score + 1")
    assert result.stdout == "null\n"
    assert "nrs.score" in result.stderr


def test_an_explanation_shows_each_part_with_its_value(new_throughline: Throughline, tmp_path: Path) -> None:
    """A person reads an indented list, a program a tree with places; what was not needed is not there."""
    data = tmp_path / "facts.json"
    data.write_text('{"nrs.score": 6, "case": {"day": 40}}')
    ask = ("feel", 'nrs.score > 4 and case.day > "a"', "--data", str(data), "--explain")
    lines = [line.split("  → ") for line in new_throughline(*ask).stdout.splitlines()]
    assert [(part.rstrip(), value[0]) for part, *value in lines[:4]] == [
        ('nrs.score > 4 and case.day > "a"', "null"),
        ("  nrs.score > 4", "true"),
        ("    nrs.score", "6"),
        ('  case.day > "a"', "null"),
    ]
    assert lines[-1] == ['! case.day > "a": number > string has no answer']
    answer = new_throughline.json(*ask)
    (whole,) = answer["steps"]
    assert [part["part"] for part in whole["parts"]] == ["nrs.score > 4", 'case.day > "a"']
    (warning,) = answer["warnings"]
    assert (warning["part"], warning["start"], warning["end"]) == ('case.day > "a"', 18, 32)


def test_names_of_several_words_come_with_the_data(new_throughline: Throughline, tmp_path: Path) -> None:
    """As DMN files have them, also inside contexts."""
    data = tmp_path / "facts.json"
    data.write_text('{"Applicant Age": 40, "plan": {"next visit": {"date": "2026-07-13"}}}')
    expression = 'Applicant Age > 30 and plan.next visit = @"2026-07-13"'
    assert new_throughline.json("feel", expression, "--data", str(data))["value"] is True


def test_now_and_today_are_the_machines_or_those_of_the_data(new_throughline: Throughline, tmp_path: Path) -> None:
    """A command line may ask the clock; facts that bring their own day keep it."""
    assert new_throughline.json("feel", "now() instance of date and time and today() = date(now())")["value"] is True
    data = tmp_path / "facts.json"
    data.write_text('{"today": {"date": "2026-07-06"}}')
    assert new_throughline.json("feel", "today()", "--data", str(data))["value"] == {"date": "2026-07-06"}


def test_data_and_explanations_go_with_one_expression(new_throughline: Throughline, tmp_path: Path) -> None:
    """A batch has its data in its lines."""
    batch = tmp_path / "batch.jsonl"
    batch.write_text('{"id": 1, "expression": "1"}')
    assert "go with one expression" in new_throughline("feel", "--batch", str(batch), "--explain", code=2).stderr


def test_a_wrong_expression_is_a_wrong_call(new_throughline: Throughline) -> None:
    """Exit code 2; nothing of Python can be reached."""
    new_throughline("feel", "1 +", code=2)
    new_throughline("feel", '__import__("os")', code=2)
    new_throughline("feel", code=2)


def test_a_batch_answers_line_by_line(new_throughline: Throughline, tmp_path: Path) -> None:
    """Each line has its id, a value or an error; one bad expression does not stop the rest."""
    batch = tmp_path / "batch.jsonl"
    lines = [
        {"id": "a", "expression": "x * 2", "data": {"x": {"number": "1.5"}}},
        {"id": "b", "expression": "1 +"},
        {"id": "c", "expression": "d", "data": {"d": {"date": "no day"}}},
        {"id": "d", "expression": 'date and time("2026-07-06T10:00:00Z")', "data": {}},
    ]
    batch.write_text("\n".join(json.dumps(line) for line in lines))
    answers = [json.loads(line) for line in new_throughline("feel", "--batch", str(batch)).stdout.splitlines()]
    assert answers[0] == {"id": "a", "value": {"number": "3"}}
    assert [answer["id"] for answer in answers if "error" in answer] == ["b", "c"]
    assert answers[3] == {"id": "d", "value": {"dateTime": "2026-07-06T10:00:00Z"}}
    assert new_throughline.json("feel", "--batch", str(batch)) == answers


def test_a_batch_line_that_is_no_question_is_answered_with_why(new_throughline: Throughline, tmp_path: Path) -> None:
    """One bad line costs nobody else the answer; its number stands in its own."""
    batch = tmp_path / "batch.jsonl"
    lines = ['{"id": "a", "expression": "1"}', "nonsense", "[1]", '{"id": "b", "expression": 5}']
    batch.write_text("\n".join([*lines, '{"id": "c", "expression": "2"}']))
    answers = new_throughline.json("feel", "--batch", str(batch))
    assert [answer["id"] for answer in answers] == ["a", None, None, "b", "c"]
    assert [answer["error"].partition(":")[0] for answer in answers[1:4]] == ["line 2", "line 3", "line 4"]
    assert answers[4]["value"] == {"number": "2"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ('{"a": "\\ud800"}', "half a surrogate pair"),
        ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", "nested too deep"),
        ('{"a": ' + "[" * 900 + "]" * 900 + "}", "nest"),
        ("[1]", "an object of names"),
        ('{"a": {"range": "[3..1]"}}', "is not a range"),
    ],
    ids=["surrogate", "deep JSON", "deep list", "list", "range"],
)
def test_data_that_cannot_be_read_costs_its_line_alone(
    new_throughline: Throughline, tmp_path: Path, data: str, reason: str
) -> None:
    """The line is answered with why, and the next one as ever."""
    batch = tmp_path / "batch.jsonl"
    batch.write_text(f'{{"id": 1, "expression": "a = a", "data": {data}}}\n{{"id": 2, "expression": "2"}}')
    first, second = (json.loads(line) for line in new_throughline("feel", "--batch", str(batch)).stdout.splitlines())
    assert reason in first["error"]
    assert second == {"id": 2, "value": {"number": "2"}}


def test_a_batch_that_is_no_text_is_refused(new_throughline: Throughline, tmp_path: Path) -> None:
    """The file and the reason are named; there is no stack trace."""
    batch = tmp_path / "batch.jsonl"
    batch.write_bytes(b"\xff\xfe")
    assert "is not UTF-8" in new_throughline("feel", "--batch", str(batch), code=2).stderr



_SCALARS = (
    st.none()
    | st.booleans()
    | st.text(max_size=20)
    | st.integers(-(10**12), 10**12).map(Decimal)
    | st.dates()
    | st.datetimes(timezones=st.just(UTC)).map(lambda instant: instant.replace(microsecond=0))
    | st.integers(-(10**6), 10**6).map(lambda seconds: timedelta(seconds=seconds))
    | st.integers(-500, 500).map(YearsMonths)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(_VALUES)
def test_typed_json_reads_back_as_the_same_value(value: Any) -> None:
    """Nothing is lost between a value and its JSON, through a real JSON text."""
    assert from_json(json.loads(json.dumps(to_json(value)))) == value


def test_an_instant_is_not_taken_for_a_date() -> None:
    """A date and an instant of its midnight stay different."""
    assert to_json(datetime(2026, 7, 6, tzinfo=UTC)) == {"dateTime": "2026-07-06T00:00:00Z"}
