"""A director tries a draft: an imaginary patient is walked through it, back, and into a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine.application import Engine
from engine.store.tables import cases, outbox, patients
from engine.store.versions import newest_versions, version
from engine.studio.drafts import draft_from_version, opened_file, save
from engine.tryout import Theatre
from tests.apps import an_app
from tests.webui.builders import Answer, Visit, email, fields
from webui.tryouts import EXTENSION

TITLE = "Welcome the patient and ask for consent"


@pytest.fixture
def draft_id(engine: Engine) -> int:
    """A draft of the MSK pathway in which nothing is changed yet."""
    with engine.db.writing() as connection:
        (msk,) = [row for row in newest_versions(connection) if row["track"] == "msk"]
        return draft_from_version(connection, msk["hash"], "msk.bpmn", by=email("omar"), now=engine.clock.now())


@pytest.fixture(scope="module")
def theatre() -> Iterator[Theatre]:
    """One for all of these tests: a stage is a second's work."""
    found = Theatre()
    yield found
    found.close()


@pytest.fixture
def app(engine: Engine, theatre: Theatre) -> Flask:
    made = an_app(engine)
    made.extensions[EXTENSION] = theatre
    return made


@pytest.fixture
def omar(visit: Visit) -> Visit:
    """A clinical director's browser."""
    return visit.signed_in("omar")


def _begun(omar: Visit, draft_id: int, **given: Any) -> Answer:
    return omar.send(omar.get(f"/studio/drafts/{draft_id}/try"), f"/{draft_id}/try", **given)


def _changed(engine: Engine, draft_id: int, path: str, old: str, new: str) -> None:
    with engine.db.writing() as connection:
        file = opened_file(connection, draft_id, path, engine.settings.pathways_dir)
        assert old in file.text
        changed = file.text.replace(old, new)
        save(connection, draft_id, path, changed, file.revision, by=email("omar"), now=engine.clock.now())


def _form(page: Answer, action: str, act: str | None = None) -> Any:
    """The first form of a kind: of several that go to one address the one for ``act``."""
    forms = [form for form in page.tree.forms if (form.action or "").endswith(action)]
    return next(form for form in forms if act is None or form.fields.get("act") == act)


def _post(omar: Visit, page: Answer, action: str, **given: Any) -> Answer:
    form = _form(page, action, given.get("act"))
    data = dict(form.form_values()) | given
    return Answer(omar.client.post(form.action, data=data, follow_redirects=True))


def test_a_patient_is_walked_through_by_the_form_that_a_case_manager_sees(omar: Visit, draft_id: int) -> None:
    """The task that opens first is answered by its own form; what it led to is said, and the next one is open."""
    page = _begun(omar, draft_id)
    assert page.texts(".try-task b") == [TITLE]
    form = omar.get(f"{page.path}?task=welcome_and_consent")
    assert "Which region hurts most?" in form.text()
    wrong = _post(omar, form, "/try/answer", **fields({"consent": "given"}))
    assert wrong.status == 422
    assert "Which region hurts most?" in wrong.text(".summary")
    right = _post(omar, wrong, "/try/answer", **fields({"consent": "given", "region": "knee"}))
    assert right.status == 200
    assert "Collect baseline measures" in right.texts(".try-task b")
    assert f"Answered: {TITLE}" in right.text(".try-walk")


def test_time_passes_and_a_step_is_taken_back(omar: Visit, draft_id: int) -> None:
    """Until the next thing due, a week with everything done, until a day; each can be undone, and all started over."""
    page = _begun(omar, draft_id)
    page = _post(omar, page, "/try/pass", span="next", meanwhile="nothing is done")
    assert "day 14" in page.text(".try-now")
    page = _post(omar, page, "/try/pass", span="week", meanwhile="everything is done")
    assert "day 21" in page.text(".try-now")
    early = _post(omar, page, "/try/pass", span="date", until="2026-07-01")
    assert early.status == 422
    assert "choose a day after it" in early.text("#time")
    page = _post(omar, early, "/try/pass", span="date", until="2026-08-10")
    assert "day 35" in page.text(".try-now")
    page = _post(omar, page, "/try/back")
    assert "day 21" in page.text(".try-now")
    assert "Who walks through it?" in _post(omar, page, "/try/over").text()
    assert "day 0" in omar.get(f"/studio/drafts/{draft_id}/try").text(".try-now")


def test_events_values_and_attempts_happen_to_the_patient(omar: Visit, draft_id: int) -> None:
    """What is wrong with them is said in their form; what came of them stands in the walk."""
    page = _post(omar, _begun(omar, draft_id), "/try/answer", usual="yes")
    page = _post(omar, page, "/try/happen", act="event", type="transition.discharged", complexity="high")
    assert "Event: transition.discharged" in page.text(".try-walk")
    assert any("discharge" in title.lower() for title in page.texts(".try-task b"))
    wrong = _post(omar, page, "/try/happen", **{"act": "measure", "measure-1": "weight.value", "values-1": "heavy"})
    assert wrong.status == 422
    assert "is not a number" in wrong.text("#happens")
    page = _post(omar, wrong, "/try/happen", **{"act": "measure", "measure-1": "weight.value", "values-1": "92, 93.5"})
    assert "Measure: weight.value 92, 93.5" in page.text(".try-walk")
    unknown = _post(omar, page, "/try/happen", act="response", instrument="gad7", answers="1 2")
    assert unknown.status == 422
    assert "gad7 has 7 items" in unknown.text(".try-fault")


def test_nothing_of_a_walk_reaches_the_real_database(omar: Visit, draft_id: int, engine: Engine) -> None:
    """No patient, no case, nothing to be sent: only the walk's own row."""
    page = _begun(omar, draft_id)
    _post(omar, page, "/try/pass", span="month", meanwhile="everything is done")
    with engine.db.reading() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(each)).scalar_one()
            for each in (patients, cases, outbox)
        ]
    assert counts == [0, 0, 0]


def test_a_patient_who_cannot_be_is_refused_in_the_form(omar: Visit, draft_id: int) -> None:
    """Age, day and usual answers: each is said at its field, and what was filled in stands there."""
    page = _begun(omar, draft_id, age="300", name="Eve Moss")
    assert page.status == 422
    assert "Must be 0 to 130 years, not 300." in page.text("#age-wrong")
    assert page.form(f"/{draft_id}/try").fields["name"] == "Eve Moss"
    assert "Give the age in years" in _begun(omar, draft_id, age="old").text("#age-wrong")
    slip = _begun(omar, draft_id, answers="nrss: 6")
    assert "No form asks 'nrss'" in slip.text("#answers-wrong")
    assert "is not YAML" in _begun(omar, draft_id, answers="{nrs").text("#answers-wrong")


@pytest.mark.parametrize(
    ("field", "said"),
    [("begins", ""), ("begins", "soon"), ("begins", "2026-02-30"), ("begins", "9999-12-31"), ("aligned", "0001-01-01")],
)
def test_a_day_that_is_none_is_told_at_its_field(omar: Visit, draft_id: int, field: str, said: str) -> None:
    """A date that was cleared, too: what else was filled in stays."""
    page = _begun(omar, draft_id, **{"name": "Ada Lovelace", field: said})
    assert page.status == 422
    assert "Give a day" in page.text(f"#{field}-wrong")
    assert page.form(f"/{draft_id}/try").fields["name"] == "Ada Lovelace"


def test_a_walk_is_played_anew_when_the_draft_has_changed(omar: Visit, draft_id: int, engine: Engine) -> None:
    """What still fits stands; a task that is gone stops the walk before the step that answered it, and says so."""
    page = _post(omar, _begun(omar, draft_id), "/try/answer", usual="yes")
    page = _post(omar, page, "/try/pass", span="week", meanwhile="nothing is done")
    _changed(engine, draft_id, "shared/intake.bpmn", "Welcome the patient", "Greet the patient")
    assert "all its steps still fit" in omar.get(page.path).text(".notice")
    _changed(engine, draft_id, "shared/intake.bpmn", "welcome_and_consent", "greet_and_consent")
    _changed(engine, draft_id, "shared/intake.bpmn", "Greet the patient and ask for consent", "Greeting")
    broken = omar.get(page.path)
    assert "step 1 does not fit any more" in broken.text(".try-fault")
    assert "no diagram has a task 'welcome_and_consent'" in broken.text(".try-fault")
    on = _post(omar, broken, "/try/back", to="0")
    assert on.texts(".try-task b") == ["Greeting"]


def test_where_the_diagram_fails_is_said_in_words_and_marked(omar: Visit, draft_id: int, engine: Engine) -> None:
    """The step is not taken; the element has its name, the way to change it, and a mark in the diagram."""
    was, fails = 'case.aligned_on + duration("P30D")', 'date(intake.region) + duration("P30D")'
    _changed(engine, draft_id, "shared/enrolment.bpmn", was, fails)
    page = _post(omar, _begun(omar, draft_id), "/try/answer", usual="yes")
    assert page.status == 422
    assert "This step cannot be taken" in page.text(".try-fault")
    assert "shared/enrolment.bpmn" in page.text(".try-fault")
    (place,) = page.all("[data-diagram]")
    first = omar.client.get(place.get("data-diagram")).get_json()["diagrams"][0]
    assert first["file"] == "shared/enrolment.bpmn"
    assert first["failed"][0] in first["xml"]
    assert page.texts(".try-task b") == [TITLE]


def test_a_draft_with_errors_says_why_it_cannot_be_walked(omar: Visit, draft_id: int, engine: Engine) -> None:
    """What publishing would refuse, a walk refuses: with the element, and the way to the drawing."""
    _changed(engine, draft_id, "msk.bpmn", ">access.period_ends_on<", ">access.period_ends_on +<")
    page = _begun(omar, draft_id)
    assert page.status == 422
    assert "Day 365" in page.text(".try-fault")
    assert "access.period_ends_on +" in page.text(".try-fault")


def test_a_task_that_is_not_filled_in_yet_says_what_is_missing(omar: Visit, draft_id: int, engine: Engine) -> None:
    """As it is just after it was drawn: the page stands, and names the task."""
    _changed(engine, draft_id, "msk.bpmn", ' form="pain_checkin" closes="P6D"', "")
    page = _begun(omar, draft_id)
    assert page.status == 422
    assert "Weekly pain check-in" in page.text(".try-fault")
    assert "task has no form" in page.text(".try-fault")


def test_a_walk_becomes_a_scenario_of_the_draft(omar: Visit, draft_id: int, engine: Engine) -> None:
    """What is there is proposed, a line may be changed; what does not hold is told and not kept, what holds is."""
    _post(omar, _begun(omar, draft_id), "/try/answer", usual="yes")
    form = omar.get(f"/studio/drafts/{draft_id}/try/scenario")
    assert form.form("/try/scenario").fields["line"]
    data = {
        "title": "The first day",
        "shows": "Consent opens the baseline.",
        "line": "tasks: none",
        "keep": "0",
        "more": "",
    }
    token = form.form("/try/scenario").fields["csrf_token"]
    address = f"/studio/drafts/{draft_id}/try/scenario"

    def sent(**given: str) -> Answer:
        return Answer(omar.client.post(address, data=data | {"csrf_token": token} | given, follow_redirects=True))

    refused = sent()
    assert refused.status == 422
    assert "expected “tasks: none”; found: also collect_baseline" in refused.text(".summary")
    assert "Give the story a title." in sent(title=" ").text(".summary")
    assert "Begin each line with a dash" in sent(more="never: intervene").text(".summary")
    kept = sent(line="case: active", more="- never: intervene\n- done: welcome_and_consent")
    assert kept.status == 200
    assert "scenarios/msk-the-first-day.yaml" in kept.text()
    with engine.db.reading() as connection:
        file = opened_file(connection, draft_id, "scenarios/msk-the-first-day.yaml", engine.settings.pathways_dir)
    assert "- never: intervene" in file.text
    assert "already" in sent(line="case: active").text(".summary")


@pytest.mark.parametrize("name", ["dana", "iris"])
def test_only_directors_try_a_draft(visit: Visit, draft_id: int, name: str) -> None:
    """A case manager and an auditor are told that it is not open to them."""
    address = f"/studio/drafts/{draft_id}/try"
    assert visit.signed_in(name).get(address).status == 403


def test_a_form_that_was_opened_before_the_last_step_changes_nothing(omar: Visit, draft_id: int) -> None:
    """The same form sent twice, or from another window, is one step."""
    page = _begun(omar, draft_id)
    once = _post(omar, page, "/try/pass", span="week", meanwhile="nothing is done")
    twice = _post(omar, page, "/try/pass", span="week", meanwhile="nothing is done")
    assert "day 7" in once.text(".try-now")
    assert "day 7" in twice.text(".try-now")
    assert "another window" in twice.text()


def test_the_diagram_of_a_walk_says_where_the_patient_is_and_was(omar: Visit, draft_id: int) -> None:
    """For the viewer: its own file first, each with what is active and what was walked; and where a step failed."""
    _begun(omar, draft_id)
    address = f"/studio/drafts/{draft_id}/try/diagram"
    drawn = omar.client.get(address).get_json()["diagrams"]
    assert drawn[0]["file"] == "msk.bpmn"
    assert any(each["active"] for each in drawn)
    failed = omar.client.get(f"{address}?file=shared/plateau.bpmn&fault=intervene").get_json()["diagrams"]
    assert (failed[0]["file"], failed[0]["failed"]) == ("shared/plateau.bpmn", ["intervene"])


def test_a_shared_process_is_tried_in_a_track_that_calls_it(omar: Visit, engine: Engine) -> None:
    """The tracks that come by it are offered first, the others say that they do not."""
    with engine.db.writing() as connection:
        (ckm,) = [row for row in newest_versions(connection) if row["track"] == "ckm"]
        assert "shared/plateau.bpmn" in version(connection, ckm["hash"])["sources"]
        draft = draft_from_version(connection, ckm["hash"], "ckm.bpmn", by=email("omar"), now=engine.clock.now())
    form = omar.get(f"/studio/drafts/{draft}/try").form(f"/{draft}/try")
    assert form.fields["track"] == "ckm"
    assert "bp_systolic: 148" in form.fields["answers"]
