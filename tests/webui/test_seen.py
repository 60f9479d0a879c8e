"""Whoever sees a patient is written down: by which page, once, and nothing is shown that could not be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from engine.application import Engine
from engine.clock import SetClock
from engine.store.accesses import LISTED, accesses_of_patient
from tests.webui.builders import Patient, Visit, a_patient
from tests.webui.everybody import Walker, addresses, with_everybody
from webui.access_words import LISTS, PAGES, PARTS, whole_page

BESIDE_MY_DAY = frozenset({"pages.day", "pages.task"})  # what is called My day without being named


def seen(engine: Engine, patient: Patient) -> list[tuple[str, str, str]]:
    """Who saw a patient: email, act and page, the first first."""
    return [(row["email"].partition("@")[0], row["act"], row["page"]) for row in reversed(_rows(engine, patient))]


def _rows(engine: Engine, patient: Patient) -> Sequence[Any]:
    with engine.db.reading() as connection:
        return accesses_of_patient(connection, patient.id, None, 1000)


def minutes_pass(engine: Engine, minutes: int) -> None:
    assert isinstance(engine.clock, SetClock)
    engine.clock.instant += timedelta(minutes=minutes)


def test_no_route_shows_a_patient_unrecorded(app: Flask, engine: Engine) -> None:
    """Every address is asked for; where the name stands in what answers, or the address is the patient's, a row is."""
    with_everybody(engine)
    patient = a_patient(engine, "Zora Quillfeather").enrolled()  # a name that nothing else has
    walked = addresses(app, patient)
    walker = Walker.of(app, "adam")
    missed, shown = [], 0
    for each in [each for each in walked if each.method == "GET"]:
        minutes_pass(engine, 2)
        before = len(_rows(engine, patient))
        status, answered = walker.call(each)
        if status < 300 and (each.names_a_patient or patient.name in answered):
            shown += 1
            if len(_rows(engine, patient)) == before:
                missed.append(each.path)
    assert missed == []
    assert shown > 15
    lists = {whole_page(row["page"]) for row in _rows(engine, patient) if row["act"] == LISTED}
    assert sorted(lists - LISTS.keys() - BESIDE_MY_DAY) == []  # each list is called by its own name


def test_a_call_of_the_api_that_changes_nothing_is_a_view(app: Flask, engine: Engine) -> None:
    """Its answer holds the patient, though the history has no entry of who called."""
    with_everybody(engine)
    ada = a_patient(engine, assignee=None)
    address, token = f"/api/v1/tasks/{ada.tasks()[0]['id']}/release", {"Authorization": "Bearer token of lena"}
    answer = app.test_client().post(address, json={}, headers=token)
    assert answer.status_code == 200
    assert seen(engine, ada)[-1] == ("lena", "viewed", "api.release_task")


def test_every_route_about_a_patient_is_called_by_a_name(app: Flask, engine: Engine) -> None:
    """The access record says "the patient page", never the name of a function."""
    about = {each.endpoint for each in addresses(app, a_patient(engine)) if each.names_a_patient}
    assert sorted(about - PAGES.keys() - PARTS.keys()) == []


def test_a_page_of_a_patient_is_one_view_however_it_is_loaded(dana: Visit, engine: Engine) -> None:
    """Loaded again, or a part of it, within a minute: one row. Later: another."""
    patient = a_patient(engine)
    for _ in range(2):
        dana.get(f"/patients/{patient.id}")
    dana.get(f"/patients/{patient.id}?before=3", htmx=True)
    assert seen(engine, patient)[-1:] == [("dana", "viewed", "pages.patient")]
    count = len(seen(engine, patient))
    minutes_pass(engine, 2)
    dana.get(f"/patients/{patient.id}")
    assert len(seen(engine, patient)) == count + 1


def test_a_list_is_told_from_a_view_and_holds_everybody_in_it(dana: Visit, engine: Engine) -> None:
    """Also what was searched for; who is on another page of it was not seen."""
    ada, bea = a_patient(engine), a_patient(engine, "Bea Short")
    dana.get("/patients?q=bea")
    assert ("dana", "listed", "pages.patients") not in seen(engine, ada)
    assert seen(engine, bea)[-1] == ("dana", "listed", "pages.patients")
    assert _rows(engine, bea)[0]["detail"] == {"searched": "bea"}


def test_the_next_task_that_opens_by_itself_is_a_view(dana: Visit, engine: Engine) -> None:
    """Snoozing one shows another patient, whom no address named."""
    ada, bea = a_patient(engine), a_patient(engine, "Bea Short")
    page = dana.get(f"/tasks/{ada.task('intake')['id']}")
    dana.send(page, "/snooze", htmx=True, until="2026-01-15", reason="asked to call on Thursday")
    assert seen(engine, bea)[-2:] == [("dana", "viewed", "pages.snooze"), ("dana", "listed", "pages.snooze")]


def test_what_does_not_answer_is_no_view(dana: Visit, engine: Engine) -> None:
    """Not found, and not open to the role: nothing was seen."""
    patient = a_patient(engine)
    count = len(seen(engine, patient))
    assert dana.get(f"/patients/{patient.id}/cases/p1-ckm-9/diagram").status == 404
    assert dana.get(f"/record/access?patient={patient.id}").status == 403
    assert len(seen(engine, patient)) == count


def test_what_cannot_be_recorded_is_not_shown(dana: Visit, engine: Engine) -> None:
    """The page says so in words, and holds nothing of the patient."""
    patient = a_patient(engine)
    with engine.db.writing() as connection:
        connection.execute(text("DROP TABLE access_patients"))
    page = dana.get(f"/patients/{patient.id}")
    assert page.status == 500
    assert "Whoever looks at a patient is written down" in page.text("main")
    assert patient.name not in page.text("body")
    assert page.headers["Content-Security-Policy"]
    listed = dana.get("/day", htmx=True)
    assert (listed.status, listed.headers["HX-Retarget"]) == (500, "#pane")


def test_what_was_seen_cannot_be_unseen(dana: Visit, engine: Engine) -> None:
    """The database refuses to change or delete an access."""
    dana.get(f"/patients/{a_patient(engine).id}")
    for statement in ("UPDATE accesses SET email = 'nobody'", "DELETE FROM access_patients"):
        with pytest.raises(Exception, match="append-only"), engine.db.writing() as connection:
            connection.execute(text(statement))
