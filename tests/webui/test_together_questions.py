"""Which questions of several forms are the same: an answer reaches each that asks it, and no other."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.settings import SHIPPED_PATHWAYS
from engine.shared_facts import shared_facts_in
from tests.worklists.rows import a_row
from webui.together_questions import Questions, TaskForm, questions

YES_NO = [{"const": "yes", "title": "Yes"}, {"const": "no", "title": "No"}]
CHOICE = {"type": "string", "oneOf": YES_NO, "x-widget": "options"}
PAIN = {"type": "integer", "minimum": 0, "maximum": 10, "title": "Pain", "x-widget": "scale"}
# fields of a form's own: name -> (fact, rules)
OWN: dict[str, tuple[str, dict[str, Any]]] = {
    "asked": ("sdoh.screen_outcome", CHOICE),
    "screen": ("sdoh.screen_outcome", CHOICE | {"title": "In other words"}),
    "more": ("sdoh.screen_outcome", CHOICE | {"oneOf": [*YES_NO, {"const": "later", "title": "Later"}]}),
    "consent": ("intake.consent", CHOICE),
    "note": ("pain_checkin.note", {"type": "string", "x-widget": "text"}),
    "days": ("pain_checkin.active_days", {"type": "integer", "minimum": 0, "maximum": 7, "x-widget": "number"}),
    "on": ("surgery.planned_on", {"type": "string", "format": "date", "x-widget": "date"}),
}
NEWER = PAIN | {"title": "Pain, in newer wording"}


def a_form(id_: str, case: str, form: str, own: list[str], pain: dict[str, Any] | None) -> TaskForm:
    properties = {name: OWN[name][1] for name in own}
    schema: dict[str, Any] = {"properties": properties, "required": [], "x-instruments": []}
    if pain is not None:
        properties["nrs_1"] = pain
        schema["x-instruments"] = [{"id": "nrs", "title": "NRS", "fields": ["nrs_1"], "unanswered": 0, "required": 1}]
    properties["weight"] = {"type": "number", "x-unit": "kg", "x-widget": "number", "minimum": 20}
    return TaskForm(a_row(id=id_, case_id=case, form=form), schema, {name: OWN[name][0] for name in own})


def asked(*forms: TaskForm) -> Questions:
    return questions(forms, shared_facts_in(SHIPPED_PATHWAYS).is_asked_once)


some_forms = st.lists(
    st.tuples(
        st.sampled_from(["p1-msk-1", "p1-bh-1"]),
        st.sampled_from(["a", "b", "c"]),
        st.lists(st.sampled_from(sorted(OWN)), unique=True),
        st.sampled_from([None, PAIN, NEWER]),
    ),
    min_size=1,
    max_size=5,
)


@given(some_forms)
def test_every_task_gets_an_answer_to_each_of_its_own_questions(wanted: list[tuple[Any, ...]]) -> None:
    """Nothing a form asks is lost, and nothing comes back that it does not ask."""
    forms = [a_form(f"t{number}", *each) for number, each in enumerate(wanted)]
    found = asked(*forms)
    sent = {name: [name] for name in found.names.values()}
    for form in forms:
        assert list(found.values_for(form, sent)) == list(form.properties)
    drawn = [field.name for part in found.parts({}, {}) for section in part.sections for field in section.fields]
    assert sorted(drawn) == sorted(set(found.names.values()))


@given(some_forms)
def test_one_answer_never_means_two_things(wanted: list[tuple[Any, ...]]) -> None:
    """What shares a name is of one fact or one item, with the same answers; a case's two like forms share no field."""
    forms = [a_form(f"t{number}", *each) for number, each in enumerate(wanted)]
    meanings = defaultdict(list)
    for (task_id, field), name in asked(*forms).names.items():
        (form,) = [each for each in forms if each.task.id == task_id]
        meanings[name].append((form, field))
    for users in meanings.values():
        assert len({form.facts.get(field, field) for form, field in users}) == 1
        assert len({str({**form.properties[field], "title": 0}.items()) for form, field in users}) == 1
        own = [(form.task.case_id, form.task.form) for form, field in users if field in form.facts]
        assert len(own) == len(set(own))


def test_the_same_questionnaire_measure_and_fact_are_asked_once() -> None:
    """Also where the forms name the field or put the question otherwise; not with other answers to choose from."""
    found = asked(
        a_form("t1", "p1-msk-1", "a", ["asked", "days"], PAIN),
        a_form("t2", "p1-bh-1", "b", ["screen", "days", "more"], PAIN),
    )
    same = [("nrs_1", "nrs_1"), ("weight", "weight"), ("asked", "screen"), ("days", "days")]
    assert [found.names["t1", one] == found.names["t2", two] for one, two in same] == [True] * 4
    assert found.names["t1", "asked"] != found.names["t2", "more"]


def test_what_is_about_one_track_or_open_to_any_words_is_asked_of_each() -> None:
    """Consent, a note, a date; and a questionnaire in another wording than the other task's."""
    found = asked(
        a_form("t1", "p1-msk-1", "a", ["consent", "note", "on"], PAIN),
        a_form("t2", "p1-bh-1", "a", ["consent", "note", "on"], NEWER),
    )
    apart = ("consent", "note", "on", "nrs_1")
    assert [found.names["t1", each] == found.names["t2", each] for each in apart] == [False] * 4


@given(some_forms, st.data())
def test_a_question_keeps_its_name_when_a_task_of_another_form_has_gone(
    wanted: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    """A form sent back means what it meant when it was shown."""
    forms = [a_form(f"t{number}", each[0], f"{each[1]}{number}", *each[2:]) for number, each in enumerate(wanted)]
    kept = data.draw(st.lists(st.sampled_from(forms), unique_by=lambda form: form.task.id))
    whole, fewer = asked(*forms).names, asked(*kept).names
    assert {key: whole[key] for key in fewer} == fewer
