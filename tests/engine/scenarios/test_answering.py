"""What a scenario leaves out of a form is answered so that the form takes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.errors import AnswerError
from care.forms import check, form_from, json_schema
from care.instruments import instrument_from
from engine.measure_files import measures_of_folder
from engine.scenarios.answering import WAYS, answers, defaults_for, some_answers
from engine.settings import SHIPPED_PATHWAYS
from engine.yaml_text import read_yaml

TODAY = date(2026, 7, 6)
FORMS = sorted((SHIPPED_PATHWAYS / "forms").glob("*.yaml"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
@settings(max_examples=15)
@given(st.sets(st.integers(0, 12)))
def test_every_shipped_form_takes_the_answers_that_nobody_gave(path: Path, shown: set[int]) -> None:
    """Whichever of its conditional fields are shown."""
    form = form_from(read_yaml(path.read_text("utf-8")))
    files = (SHIPPED_PATHWAYS / "instruments").glob("*.yaml")
    instruments = {each.id: each for each in (instrument_from(read_yaml(p.read_text("utf-8"))) for p in files)}
    conditions = list(dict.fromkeys(form.conditions))
    measures = measures_of_folder(SHIPPED_PATHWAYS)
    schema = json_schema(form, instruments, lambda text: conditions.index(text) in shown, measures)
    assert check(schema, answers(schema, given={}, defaults=measured(schema), today=TODAY)) == {}


def measured(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A value of each measure that a form asks: of several parts the first is the highest."""
    readings = [list(reading.values()) for asked in schema.get("x-measures", ()) for reading in asked["readings"]]
    drawn = schema["properties"]
    return {
        name: drawn[name]["minimum" if number else "maximum"] for names in readings for number, name in enumerate(names)
    }


def test_a_measured_value_is_never_made_up() -> None:
    """Any number would mean something: the scenario has to tell it."""
    asked = {"readings": [{"systolic": "bp_systolic"}]}
    schema = {"properties": {"bp_systolic": {"type": "integer"}}, "required": ["bp_systolic"], "x-measures": [asked]}
    with pytest.raises(AnswerError, match="bp_systolic: say what was measured"):
        answers(schema, given={}, defaults={}, today=TODAY)


def test_what_is_given_goes_before_the_element_the_form_and_what_holds_everywhere() -> None:
    """The nearest word counts; null leaves an answer out."""
    told = {"a": 1, "b": 1, "c": 1, "d": 1, "form": {"b": 2, "c": 2, "d": 2}, "element": {"c": 3, "d": 3}}
    defaults = defaults_for({"form": "form", "element_id": "element"}, told)
    schema = {"properties": {name: {"type": "integer"} for name in "abcd"}, "required": []}
    assert answers(schema, given={"d": 4, "a": None}, defaults=defaults, today=TODAY) == {"b": 2, "c": 3, "d": 4}


def test_an_instrument_is_answered_by_one_number_or_item_by_item() -> None:
    """Null leaves an item out; an item named by itself goes before its instrument."""
    fields = ["pain_1", "pain_2", "pain_3"]
    schema = {
        "properties": {name: {"type": "integer"} for name in fields},
        "required": fields[:2],
        "x-instruments": [{"id": "pain", "fields": fields}],
    }
    assert answers(schema, given={"pain": 3}, defaults={}, today=TODAY) == dict.fromkeys(fields, 3)
    listed = answers(schema, given={"pain": [1, 2, None], "pain_2": 5}, defaults={}, today=TODAY)
    assert listed == {"pain_1": 1, "pain_2": 5}


def bounded(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """A field of numbers with any bounds, or none, between which there is one of its kind."""
    numbers = st.integers(-50, 50) if kind == "integer" else st.integers(-50, 50).map(lambda n: n / 4)
    pair = st.tuples(numbers, numbers).map(sorted)
    both = pair.map(lambda found: dict(zip(("minimum", "maximum"), found, strict=True)))
    without = st.sets(st.sampled_from(["minimum", "maximum"]))
    return st.tuples(both, without).map(
        lambda found: {"type": kind, **{name: value for name, value in found[0].items() if name not in found[1]}}
    )


OPTIONS = st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True).map(
    lambda values: [{"value": value, "label": f"Option {value}"} for value in values]
)
FIELDS = st.one_of(
    bounded("integer"),
    bounded("number"),
    st.sampled_from(["boolean", "date"]).map(lambda kind: {"type": kind}),
    st.tuples(st.sampled_from(["string", "text"]), st.integers(1, 30)).map(
        lambda found: {"type": found[0], "max_length": found[1]}
    ),
    st.tuples(st.sampled_from(["choice", "choices"]), OPTIONS).map(
        lambda found: {"type": found[0], "options": found[1]}
    ),
)


@given(st.lists(st.tuples(FIELDS, st.booleans()), min_size=1, max_size=6), st.booleans())
def test_each_way_of_answering_is_one_that_the_form_takes(
    drawn: list[tuple[dict[str, Any], bool]], depends: bool
) -> None:
    """Whatever the bounds of numbers, the lengths of texts and the choices, also in what another answer opens."""
    fields = [
        {"name": f"f{n}", "title": f"Field {n}", "record": True, "required": required, **field}
        for n, (field, required) in enumerate(drawn)
    ]
    if depends:
        yes = {"name": "more", "title": "More?", "type": "boolean", "record": True, "required": True}
        fields = [yes, *({**field, "when_answer": {"field": "more", "equals": True}} for field in fields)]
    form = form_from({"id": "any", "title": "Any", "fields": fields})
    schema = json_schema(form, {}, lambda _: True)
    for way in WAYS:
        assert check(schema, some_answers(schema, way, TODAY)) == {}
    assert check(schema, answers(schema, given={}, defaults={}, today=TODAY)) == {}
