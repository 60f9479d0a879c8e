"""A form from its schema to fields, and from what is sent back to data."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from care.forms import form_from, json_schema
from engine.measure_files import shipped_measures
from webui.form_fields import PREFIX, data_of, drawn, sent_values

SCHEMA: dict[str, Any] = {
    "properties": {
        "pain": {"type": "integer", "minimum": 0, "maximum": 10, "title": "Pain", "x-widget": "scale",
                 "x-ends": ["none", "worst"], "description": "Now. 0 = none, 10 = worst", "x-section": "Pain"},
        "said": {"type": "string", "title": "What was said", "x-widget": "text", "x-lines": 4, "x-section": "Pain"},
        "months": {"type": "number", "title": "Months", "x-widget": "number", "x-unit": "months"},
        "well": {"type": "boolean", "title": "Well?", "x-widget": "yesno"},
        "region": {"type": "string", "title": "Where", "x-widget": "options",
                   "oneOf": [{"const": "knee", "title": "Knee"}, {"const": "hip", "title": "Hip"}]},
        "helps": {"type": "array", "title": "What helps", "x-widget": "checks",
                  "items": {"type": "integer", "oneOf": [{"const": 1, "title": "Rest"}, {"const": 2, "title": "Ice"}]}},
        "side": {"type": "string", "title": "Side", "x-widget": "text",
                 "x-when": {"field": "region", "equals": ["hip"]}},
    },
    "required": ["pain"],
    "x-sections": [{"title": "Pain", "description": "The last 7 days"}],
}  # fmt: skip


def test_fields_come_in_sections_with_their_widgets() -> None:
    """Neighbours of one section stand together."""
    pain, rest = drawn(SCHEMA, {}, {})
    assert (pain.title, pain.description) == ("Pain", "The last 7 days")
    assert [field.widget for field in (*pain.fields, *rest.fields)] == [
        "scale", "lines", "number", "options", "options", "checks", "text",
    ]  # fmt: skip
    scale = pain.fields[0]
    assert (scale.description, scale.ends, len(scale.options), scale.is_required) == (
        "Now.",
        ("none", "worst"),
        11,
        True,
    )


def test_a_field_holds_what_was_sent_and_what_is_wrong_with_it() -> None:
    """Choices are marked, texts stand as they were written."""
    sections = drawn(SCHEMA, {"pain": ["4"], "helps": ["2"], "months": ["x"]}, {"months": "Must be a number."})
    by_name = {field.name: field for section in sections for field in section.fields}
    assert [o.value for o in by_name["pain"].options if o.is_chosen] == ["4"]
    assert [o.label for o in by_name["helps"].options if o.is_chosen] == ["Ice"]
    assert (by_name["months"].value, by_name["months"].error) == ("x", "Must be a number.")


def test_answers_have_the_schemas_types() -> None:
    """Numbers, booleans and lists, not texts."""
    form = MultiDict(
        [
            ("answer-pain", "4"),
            ("answer-months", "2.5"),
            ("answer-well", "no"),
            ("answer-helps", "1"),
            ("answer-helps", "2"),
            ("answer-said", "  "),
            ("csrf_token", "x"),
        ]
    )
    assert data_of(SCHEMA, sent_values(form)) == {"pain": 4, "months": 2.5, "well": False, "helps": [1, 2]}


def test_an_answer_whose_condition_does_not_hold_is_left_out() -> None:
    """A hidden field's old value is no answer."""
    assert data_of(SCHEMA, {"region": ["knee"], "side": ["left"]}) == {"region": "knee"}
    assert data_of(SCHEMA, {"region": ["hip"], "side": ["left"]}) == {"region": "hip", "side": "left"}


def test_a_condition_on_yes_or_no_holds_for_what_the_control_sends() -> None:
    """Asked after "yes", left out after "no"; the page hides by the same value."""
    rules = {"well": SCHEMA["properties"]["well"], "why": {"type": "string", "title": "Why"}}
    rules["why"]["x-when"] = {"field": "well", "equals": [True]}
    schema = {"properties": rules, "required": []}
    assert data_of(schema, {"well": ["yes"], "why": ["rest"]}) == {"well": True, "why": "rest"}
    assert data_of(schema, {"well": ["no"], "why": ["rest"]}) == {"well": False}
    (section,) = drawn(schema, {}, {})
    assert section.fields[1].when == ("well", ("yes",))


@given(st.dictionaries(st.sampled_from(sorted(SCHEMA["properties"])), st.lists(st.text(max_size=8), max_size=3)))
def test_whatever_is_sent_is_read_without_an_error(sent: dict[str, list[str]]) -> None:
    """What cannot be read as its type stays a text, for the form's own check to refuse by field."""
    form = MultiDict([(PREFIX + name, value) for name, values in sent.items() for value in values])
    values = sent_values(form)
    assert set(data_of(SCHEMA, values)) <= set(values)
    assert drawn(SCHEMA, values, {})


def test_a_measure_is_drawn_as_number_fields_with_its_unit() -> None:
    """Two fields a reading under the measure's name, with what the browser needs to keep a slip of the keyboard out."""
    form = form_from({"id": "visit", "title": "Visit", "fields": [{"measure": "bp", "required": True}]})
    (section,) = drawn(json_schema(form, {}, lambda _: True, shipped_measures()), {"bp_systolic": ["152"]}, {})
    systolic, _, again, _ = section.fields
    assert section.title == "Blood pressure"
    assert (systolic.widget, systolic.unit, systolic.step, systolic.value) == ("number", "mmHg", "1", "152")
    assert (systolic.minimum, systolic.maximum, systolic.is_required, again.is_required) == (30, 350, True, False)
    assert systolic.description is not None
    assert "not for the report to CMS" in systolic.description
