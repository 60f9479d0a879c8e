"""A form is drawn as JSON Schema, checked in a person's words, and turned into facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from care.errors import AnswerError
from care.forms import FactValue, Form, FormError, check, facts_of, form_from, json_schema
from care.instruments import Instrument
from care.measures import Measures

Instruments = dict[str, Instrument]
YES_NO = [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}]


def a_form(*fields: dict[str, Any]) -> Form:
    """A form with the given fields."""
    return form_from({"id": "call", "title": "Call", "fields": list(fields)})


def a_field(**overrides: Any) -> dict[str, Any]:
    """A whole valid text field, with overrides."""
    return {"name": "note", "title": "Note", "type": "text"} | overrides


def always(_: str) -> bool:
    """Every condition holds."""
    return True


def drawn(form: Form, instruments: Instruments, holds: Callable[[str], bool] = always) -> dict[str, Any]:
    """The schema of a form, seen to be valid JSON Schema 2020-12."""
    schema = json_schema(form, instruments, holds)
    Draft202012Validator.check_schema(schema)
    return schema


REACHED = a_field(name="reached", title="Reached?", type="choice", options=YES_NO, required=True)
CALL = a_form(
    REACHED,
    a_field(
        name="called_on",
        title="Called on",
        type="date",
        required=True,
        when_answer={"field": "reached", "equals": "yes"},
    ),
    {"instrument": "nrs", "required": True, "when_answer": {"field": "reached", "equals": "yes"}},
    a_field(name="steps", fact="msk.steps", title="Steps", type="integer", minimum=0, maximum=99, unit="/d"),
    a_field(
        name="barriers",
        title="Barriers",
        type="choices",
        options=[{"value": "cost", "label": "Cost"}, {"value": "time", "label": "Time"}],
    ),
    a_field(name="consent", title="Consent", type="boolean"),
    a_field(section="Afterwards"),
)


class TestSchema:
    """Any client can draw the form from its schema."""

    def test_an_instrument_expands_to_its_items_under_its_title(self, instruments: Instruments) -> None:
        """All six items are asked, required, as scales with words for both ends, under one heading."""
        schema = drawn(a_form({"instrument": "pf6b", "required": True}), instruments)
        assert list(schema["properties"]) == schema["required"] == [f"pf6b_{n}" for n in range(1, 7)]
        item = schema["properties"]["pf6b_1"]
        assert (item["x-section"], item["x-widget"]) == ("Function (PF 6b)", "scale")
        assert item["x-ends"] == ["greatest difficulty", "no difficulty"]
        assert schema["x-sections"] == [{"title": "Function (PF 6b)", "description": "Currently"}]

    def test_each_type_has_its_schema_and_widget(self, instruments: Instruments) -> None:
        """Every field type tells a validator what is allowed and a page how to show it."""
        shown = drawn(CALL, instruments)["properties"]
        widgets = {name: each["x-widget"] for name, each in shown.items()}
        assert widgets == {
            "reached": "options",
            "called_on": "date",
            "nrs_1": "scale",
            "steps": "number",
            "barriers": "checks",
            "consent": "yesno",
            "note": "text",
        }
        assert shown["reached"]["oneOf"] == [{"const": "yes", "title": "Yes"}, {"const": "no", "title": "No"}]
        assert shown["called_on"]["format"] == "date"
        assert (shown["steps"]["minimum"], shown["steps"]["maximum"], shown["steps"]["x-unit"]) == (
            0,
            99,
            "/d",
        )
        assert (shown["note"]["maxLength"], shown["note"]["x-section"]) == (4000, "Afterwards")

    def test_only_fields_whose_condition_holds_are_asked(self, instruments: Instruments) -> None:
        """The region's instrument is asked, the others are not."""
        form = a_form(
            {"instrument": "koosjr", "required": True, "when": 'msk.region = "knee"'},
            {"instrument": "hoosjr", "required": True, "when": 'msk.region = "hip"'},
        )
        schema = drawn(form, instruments, lambda condition: "hip" in condition)
        assert {name.split("_")[0] for name in schema["properties"]} == {"hoosjr"}
        assert form.conditions == ('msk.region = "knee"', 'msk.region = "hip"')
        assert form.instruments == ("koosjr", "hoosjr")

    def test_a_field_hangs_on_another_answer_for_every_validator(self, instruments: Instruments) -> None:
        """The condition is standard if/then, with x-when for the page; nothing else is needed to obey it."""
        schema = drawn(CALL, instruments)
        assert schema["properties"]["called_on"]["x-when"] == {"field": "reached", "equals": ["yes"]}
        plain = Draft202012Validator(schema)
        assert plain.is_valid({"reached": "no"})
        assert not plain.is_valid({"reached": "yes", "called_on": "2026-07-06"})
        assert plain.is_valid({"reached": "yes", "called_on": "2026-07-06", "nrs_1": 3})

    def test_a_field_without_its_condition_field_is_not_asked(self, instruments: Instruments) -> None:
        """When the field it hangs on is not shown, nor is it."""
        form = a_form(
            REACHED | {"when": "false"}, a_field(when_answer={"field": "reached", "equals": ["yes", "no"]})
        )
        assert drawn(form, instruments, lambda _: False)["properties"] == {}

    def test_an_unknown_instrument_is_refused_with_a_hint(self, instruments: Instruments) -> None:
        """A mistyped instrument names the form."""
        with pytest.raises(FormError, match=r"forms/call: fields: no instrument 'phq'; did you mean 'phq9'"):
            json_schema(a_form({"instrument": "phq"}), instruments, always)

    def test_a_field_may_not_take_an_items_name(self, instruments: Instruments) -> None:
        """Two answers of one name would overwrite each other."""
        form = a_form({"instrument": "nrs"}, a_field(name="nrs_1"))
        with pytest.raises(FormError, match="the name of two fields"):
            json_schema(form, instruments, always)


class TestCheck:
    """Wrong answers are named in words a person can act on."""

    @pytest.mark.parametrize(
        ("data", "field", "words"),
        [
            ({}, "reached", "Reached? An answer is needed"),
            ({"reached": "yes", "nrs_1": 3}, "called_on", "Called on: an answer is needed"),
            (
                {"reached": "maybe"},
                "reached",
                "'maybe' is not among the answers; choose one of yes (Yes), no (No)",
            ),
            ({"reached": "no", "steps": 100}, "steps", "must be at most 99, not 100"),
            ({"reached": "no", "steps": -1}, "steps", "must be at least 0, not -1"),
            ({"reached": "no", "steps": None}, "steps", "must be a whole number, not nothing"),
            ({"reached": "no", "steps": "3"}, "steps", "must be a whole number, not '3'"),
            ({"reached": "no", "steps": float("nan")}, "steps", "must be a finite number"),
            ({"reached": "no", "consent": "yes"}, "consent", "must be yes or no (true or false), not 'yes'"),
            (
                {"reached": "no", "called_on": "6 July"},
                "called_on",
                "'6 July' is not a date; write year, month",
            ),
            ({"reached": "no", "called_on": "2026-02-30"}, "called_on", "'2026-02-30' is not a date"),
            ({"reached": "no", "barriers": ["cost", "fear"]}, "barriers", "'fear' is not among the answers"),
            ({"reached": "no", "barriers": ["cost", "cost"]}, "barriers", "holds the same choice twice"),
            ({"reached": "no", "note": "x" * 4001}, "note", "may hold at most 4000 characters; it has 4001"),
            ({"reached": "no", "steeps": 3}, "steeps", "is not a field of this form; did you mean 'steps'?"),
            ({"reached": "no", "nrs_1": 11}, "nrs_1", "must be at most 10, not 11"),
            ([], "", "must be a set of named answers, not []"),
        ],
    )
    def test_a_wrong_answer_is_named_at_its_field(
        self, instruments: Instruments, data: Any, field: str, words: str
    ) -> None:
        """The message stands at the field and says what would be right."""
        found = check(drawn(CALL, instruments), data)
        assert found.get(field, "").startswith(words), found

    def test_a_required_text_is_not_answered_by_nothing(self, instruments: Instruments) -> None:
        """An empty text is no answer."""
        assert check(drawn(a_form(a_field(required=True)), instruments), {"note": ""}) == {
            "note": "an answer is needed"
        }

    def test_an_instrument_is_answered_wholly_or_not_at_all(self, instruments: Instruments) -> None:
        """An optional instrument may be left out, but a half-answered one is named at its gaps."""
        schema = drawn(a_form({"instrument": "gad7"}), instruments)
        assert check(schema, {}) == {}
        assert list(check(schema, {f"gad7_{n}": 0 for n in range(1, 6)})) == ["gad7_6", "gad7_7"]

    def test_a_partial_instrument_may_miss_what_its_rule_permits(self, instruments: Instruments) -> None:
        """QuickDASH may miss one item where the form lets it."""
        schema = drawn(a_form({"instrument": "quickdash", "required": True, "partial": True}), instruments)
        assert check(schema, {f"quickdash_{n}": 2 for n in range(2, 12)}) == {}
        found = check(schema, {f"quickdash_{n}": 2 for n in range(3, 12)})
        assert found == {
            "quickdash_1": "Arm, shoulder, hand (QuickDASH): 2 items are unanswered, at most 1 may be"
        }

    def test_a_conditional_instrument_is_checked_only_when_it_applies(self, instruments: Instruments) -> None:
        """Reached, the items count; not reached, half-typed ones do not hold the person up."""
        when = {"field": "reached", "equals": "yes"}
        form = a_form(
            REACHED, {"instrument": "quickdash", "required": True, "partial": True, "when_answer": when}
        )
        schema = drawn(form, instruments)
        assert list(check(schema, {"reached": "yes"})) == ["quickdash_1"]
        assert check(schema, {"reached": "no", "quickdash_3": 1}) == {}

    @given(data=st.data())
    def test_what_passes_the_check_can_be_recorded(
        self, instruments: Instruments, data: st.DataObject
    ) -> None:
        """Answers without a message always give facts."""
        some = st.dictionaries(
            st.sampled_from(list(drawn(CALL, instruments)["properties"])),
            st.one_of(
                st.sampled_from(["yes", "no", "2026-07-06"]), st.booleans(), st.integers(-2, 101), st.none()
            ),
        )
        answers = data.draw(some)
        if not check(drawn(CALL, instruments), answers):
            assert facts_of(CALL, instruments, answers)


class TestFacts:
    """Answers become facts under their names, instruments scored."""

    def test_an_instrument_gives_items_raw_score_and_band(self, instruments: Instruments) -> None:
        """What CMS's PHQ-9 answers say is recorded item by item and as a score with its unit."""
        answers = dict(zip((f"phq9_{n}" for n in range(1, 10)), [1, 1, 2, 1, 0, 1, 1, 0, 0], strict=True))
        facts = facts_of(a_form({"instrument": "phq9"}), instruments, answers)
        assert facts[2] == FactValue("phq9_3", 2)
        assert facts[9:] == [
            FactValue("phq9.raw", Decimal(7), "points"),
            FactValue("phq9.score", Decimal(7), "points"),
            FactValue("phq9.band", "mild"),
        ]

    def test_a_needs_screen_gives_its_domains_and_needs(self, instruments: Instruments) -> None:
        """A pathway can ask for `hrsn.food` and loop over `hrsn.needs`."""
        answers = dict(zip((f"hrsn_{n}" for n in range(1, 11)), [1, 0, 0, 2, 0, 0, 1, 1, 1, 1], strict=True))
        facts = facts_of(a_form({"instrument": "hrsn"}), instruments, answers)
        by_name = {each.name: each.value for each in facts}
        assert (by_name["hrsn.food"], by_name["hrsn.transport"]) == (True, False)
        assert by_name["hrsn.needs"] == ["housing", "food"]

    def test_fields_are_recorded_under_their_fact_names_with_types(self, instruments: Instruments) -> None:
        """Dates are dates, numbers decimals with their unit, the rest as answered."""
        answers = {
            "reached": "yes",
            "called_on": "2026-07-06",
            "nrs_1": 3.0,
            "steps": 7,
            "barriers": ["cost"],
        }
        facts = facts_of(CALL, instruments, answers)
        assert {each.name: each.value for each in facts} == {
            "reached": "yes",
            "called_on": date(2026, 7, 6),
            "nrs_1": 3,
            "nrs.raw": Decimal(3),
            "nrs.score": Decimal(3),
            "msk.steps": Decimal(7),
            "barriers": ["cost"],
        }
        assert FactValue("msk.steps", Decimal(7), "/d") in facts

    def test_an_answer_that_no_longer_applies_is_not_recorded(self, instruments: Instruments) -> None:
        """A date typed in before "not reached" was chosen is left out, and so is the instrument."""
        facts = facts_of(CALL, instruments, {"reached": "no", "called_on": "2026-07-06", "nrs_1": 3})
        assert facts == [FactValue("reached", "no")]

    def test_a_partial_instrument_scores_the_rest(self, instruments: Instruments) -> None:
        """The missing item is no fact; too many missing cannot be scored."""
        form = a_form({"instrument": "quickdash", "partial": True})
        facts = facts_of(form, instruments, {f"quickdash_{n}": 3 for n in range(2, 12)})
        assert FactValue("quickdash.score", Decimal(50), "points") in facts
        assert "quickdash_1" not in {each.name for each in facts}
        with pytest.raises(AnswerError):
            facts_of(form, instruments, {"quickdash_1": 3})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ([a_field(name="Note")], r"fields\[1\].name: 'Note' must be lower-case"),
        ([a_field(), a_field()], r"fields\[2\].name: 'note' is used twice"),
        ([a_field(type="txt")], "did you mean 'text'"),
        ([a_field(requierd=True)], "did you mean 'required'"),
        ([a_field(required="yes")], "must be true or false"),
        ([a_field(type="choice")], "need at least one"),
        ([a_field(options=YES_NO)], "belong to the types choice and choices"),
        ([a_field(type="choice", options=[{"value": True, "label": "Yes"}])], "put yes and no in quotes"),
        ([a_field(type="choice", options=YES_NO * 2)], "must have different values"),
        ([a_field(minimum=3)], "belongs to the types integer and number"),
        ([a_field(type="date", max_length=3)], "belongs to the types string and text"),
        ([a_field(fact="msk region")], "must be names with dots"),
        ([REACHED, a_field(when_answer={"field": "reach", "equals": "yes"})], "did you mean 'reached'"),
        ([REACHED, a_field(when_answer={"field": "reached", "equals": True})], "put yes and no in quotes"),
        ([REACHED, a_field(when_answer={"field": "reached", "equals": "yess"})], "did you mean 'yes'"),
        (
            [a_field(), a_field(name="b", when_answer={"field": "note", "equals": "x"})],
            "needs a choice or a boolean",
        ),
        ([{"instrument": "pf6b", "title": "x"}], "is not a known field"),
    ],
)
def test_a_faulty_form_file_is_refused_by_file_and_field(fields: list[dict[str, Any]], words: str) -> None:
    """A fault in a form's file is found when it is read, not when a task is opened."""
    with pytest.raises(FormError, match=words) as refused:
        a_form(*fields)
    assert refused.value.document == "forms/call"


def test_a_condition_may_hang_on_a_boolean_or_a_list_of_choices(instruments: Instruments) -> None:
    """True is true, and a list of choices meets a condition when it holds the choice."""
    form = a_form(
        a_field(name="consent", title="Consent", type="boolean"),
        a_field(name="tags", title="Tags", type="choices", options=YES_NO),
        a_field(name="why", when_answer={"field": "consent", "equals": False}, required=True),
        a_field(name="more", when_answer={"field": "tags", "equals": "yes"}, required=True),
    )
    schema = drawn(form, instruments)
    assert check(schema, {"consent": True, "tags": ["no"]}) == {}
    assert list(check(schema, {"consent": False, "tags": ["no", "yes"]})) == ["why", "more"]
    assert [
        each.name for each in facts_of(form, instruments, {"tags": ["yes"], "more": "m", "why": "w"})
    ] == [
        "tags",
        "more",
    ]


def test_a_condition_may_hang_on_choices_of_mixed_kinds(instruments: Instruments) -> None:
    """Numbers and texts may stand in one list of options."""
    mixed = [{"value": 1, "label": "One"}, {"value": "more", "label": "More"}]
    form = a_form(
        a_field(name="count", title="Count", type="choice", options=mixed),
        a_field(when_answer={"field": "count", "equals": "more"}, required=True),
    )
    schema = drawn(form, instruments)
    assert check(schema, {"count": 1}) == {}
    assert list(check(schema, {"count": "more"})) == ["note"]


def test_every_shipped_form_can_be_drawn(instruments: Instruments, measures: Measures) -> None:
    """The forms of the pathways are valid and ask only instruments and measures that are shipped."""
    for path in sorted((Path(__file__).parents[2] / "pathways" / "forms").glob("*.yaml")):
        form = form_from(yaml.safe_load(path.read_text(encoding="utf-8")))
        assert form.id == path.stem
        Draft202012Validator.check_schema(json_schema(form, instruments, always, measures))


def test_an_instrument_that_was_asked_whole_needs_every_answer_and_one_asked_in_part_does_not(
    instruments: dict[str, Instrument],
) -> None:
    """`all_when` makes items required for one answer of an earlier field, `partial` leaves them open otherwise."""
    form = form_from({
        "id": "screen",
        "title": "Screen",
        "fields": [
            {"name": "outcome", "title": "Asked?", "type": "choice", "required": True, "options": [
                {"value": "asked", "label": "Yes"}, {"value": "partly", "label": "In part"}]},
            {"instrument": "hrsn", "required": True, "partial": True,
             "all_when": {"field": "outcome", "equals": "asked"}},
        ],
    })
    schema = json_schema(form, instruments, lambda _: True)
    some = {"hrsn_1": 0, "hrsn_2": 0}
    assert set(check(schema, {"outcome": "asked", **some})) == {f"hrsn_{n}" for n in range(3, 11)}
    assert check(schema, {"outcome": "partly", **some}) == {}
