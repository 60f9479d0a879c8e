"""Publishing over HTTP: the plan, what it refuses in words, and the page of what it became."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.application import Engine
from engine.clock import SetClock
from engine.library import Library
from engine.settings import Settings
from engine.store.database import Database
from engine.studio.drafts import draft_from_version, save
from tests.engine.studio.small_pathways import CONVERSATION, published, small_folder, talk
from tests.webui.builders import Visit, email, with_people


@pytest.fixture
def engine(db: Database, clock: SetClock, settings: Settings, tmp_path: Path) -> Engine:
    """An engine with two small pathways that share a process: its scenarios are played in a moment."""
    folder = small_folder(tmp_path / "pathways")
    with db.writing() as connection:
        published(connection, folder, now=clock.now())
    engine = Engine(db, clock, replace(settings, pathways_dir=folder), Library(folder))
    with_people(engine)
    return engine


@pytest.fixture
def omar(visit: Visit) -> Visit:
    return visit.signed_in("omar")


def a_draft(engine: Engine, *tasks: str) -> str:
    """The publishing page of a draft in which the shared process has these tasks."""
    now, by = engine.clock.now(), email("omar")
    with engine.db.reading() as connection:
        digest = engine.library.of_track(connection, "msk", now).hash
    with engine.db.writing() as connection:
        draft_id = draft_from_version(connection, digest, CONVERSATION, by=by, now=now)
        save(connection, draft_id, CONVERSATION, talk(*tasks), 0, by=by, now=now)
    return f"/studio/drafts/{draft_id}/publish"


def test_the_plan_names_all_pathways_that_get_it(omar: Visit, engine: Engine) -> None:
    """Ticked, with what happens to who is on them."""
    page = omar.get(a_draft(engine, "first_talk", "another_talk"))
    assert page.texts("#pathways label") == [
        "Muscles and joints: version 2 Nobody is on version 1 now.",
        "Heart and kidneys: version 2 Nobody is on version 1 now.",
    ]
    assert "Plays 2 scenarios first" in page.text()


def test_what_was_published_is_told(omar: Visit, engine: Engine) -> None:
    """From when it is in force; the library and the version's page know it, too."""
    page = omar.get(a_draft(engine, "first_talk", "another_talk"))
    told = omar.send(page, "/publish", note="One talk more.", when="later", effective_on="2026-02-01")
    assert told.texts("h3") == ["Muscles and joints, version 2", "Heart and kidneys, version 2"]
    assert "New cases take it from Sun 1 Feb on." in told.text()
    library = omar.get("/pathways").text("section[aria-labelledby=tracks-title]")
    assert "Version 2 takes effect Sun 1 Feb" in library
    assert "by Omar Reyes" in library


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"note": ""}, "Write what changes and why"),
        ({"note": "x", "when": "later", "effective_on": "2026-01-01"}, "is over"),
        ({"note": "x", "when": "later", "effective_on": "soon"}, "is not a date"),
        ({"note": "x", "when": "later", "effective_on": ""}, "Choose the day"),
        ({"note": "x", "pathways": None}, "Choose at least one pathway"),
    ],
)
def test_what_the_form_lacks_is_said_at_the_top_and_at_the_field(
    omar: Visit, engine: Engine, given: dict[str, str], words: str
) -> None:
    """Nothing is published; what was written is still there."""
    address = a_draft(engine, "first_talk", "another_talk")
    page = omar.send(omar.get(address), "/publish", **given)
    assert page.status == 422
    assert words in page.text(".summary")
    assert page.all("[aria-invalid=true]")
    assert omar.get(address).all("#note")


def test_errors_are_named_in_place_of_the_form(omar: Visit, engine: Engine) -> None:
    """With the element and what to do."""
    address = a_draft(engine, "first_talk")
    with engine.db.writing() as connection:
        text = talk("first_talk").replace('form="answer"', 'form="answr"')
        save(connection, int(address.split("/")[3]), CONVERSATION, text, 1, by=email("omar"), now=engine.clock.now())
    page = omar.get(address)
    assert page.all("#note") == []
    assert "first_talk" in page.text("section[aria-labelledby=findings-title]")
    assert "1 error" in page.text("section[aria-labelledby=against-title]")


def test_a_scenario_that_fails_is_shown_with_its_place(omar: Visit, engine: Engine) -> None:
    """And a field for the reason, with which it is published."""
    page = omar.send(omar.get(a_draft(engine, "another_talk")), "/publish", note="Another talk.")
    assert page.status == 409
    assert "first_talk" in page.text("section[aria-labelledby=failed-title]")
    told = omar.send(page, "/publish", scenarios_reason="The first talk is no longer held.")
    assert "The first talk is no longer held." in told.text()


def test_an_auditor_reads_the_plan_and_cannot_publish(visit: Visit, engine: Engine) -> None:
    """No form, no button."""
    page = visit.signed_in("iris").get(a_draft(engine, "first_talk", "another_talk"))
    assert page.status == 200
    assert page.all("#note") == []
    assert "Clinical directors publish drafts" in page.text()
    assert page.texts(".draft-tabs a") == ["Draw", "Compare", "Publish"]


def test_who_publishes_after_another_is_told_and_sees_what_it_became(omar: Visit, engine: Engine) -> None:
    """The form was still open in a second window."""
    page = omar.get(a_draft(engine, "first_talk", "another_talk"))
    omar.send(page, "/publish", note="One talk more.")
    again = omar.send(page, "/publish", note="One talk more, again.")
    assert "published already" in again.text("#toasts")
    assert again.texts("h3") == ["Muscles and joints, version 2", "Heart and kidneys, version 2"]
