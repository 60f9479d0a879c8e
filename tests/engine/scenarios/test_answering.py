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
from engine.bundle import read_yaml
from engine.measure_files import measures_of_folder
from engine.scenarios.answering import answers, defaults_for
from engine.settings import SHIPPED_PATHWAYS

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
