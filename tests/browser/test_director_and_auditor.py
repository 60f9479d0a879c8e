"""The director changes the diagram and moves the patients; the auditor traces one of them: all of it in a browser.

One story, told by one test: each part begins with what the part before it has left.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from engine.application import Engine
from engine.proof.checkpoints import write_daily
from engine.settings import Settings
from engine.store.people import add_token
from tests.browser.conftest import Open, Window
from tests.browser.test_editor import said, shape
from tests.browser.two_hundred import STUCK, two_hundred, with_two_scenarios
from tests.webui.builders import Patient, days_pass, email
from webui.api.tokens import digest_of

NEW = "Ask about pain and sleep"
WHY = "{patient.first_name} is asked every week: pain that spoils sleep gets worse."
NOTE = "Sleep is asked with pain; the check-in has no deadline any more."


@pytest.fixture(autouse=True)
def long_enough() -> Iterator[None]:
    """Lint over the whole folder, and 200 cases moved and proven, take some seconds on a busy machine."""
    expect.set_options(timeout=60_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """An installation whose folder of pathways has two scenarios."""
    return replace(settings, pathways_dir=with_two_scenarios(tmp_path / "pathways"))


def test_the_director_changes_the_diagram_and_the_auditor_traces_a_patient(open_window: Open, engine: Engine) -> None:
    """Drawn, found wanting, mended, tried, published, taken by a new case, by 197 of 200 running ones; then traced."""
    two_hundred(engine)
    omar = open_window()
    page = omar.sign_in("omar", "/pathways")
    draw_the_new_task(page)
    mend_what_is_found(page)
    try_it(page)
    publish(page)
    new = start_a_case(omar, engine)
    move_the_running_cases(page)
    days_pass(engine, 7)
    dana = open_window().sign_in("dana", f"/tasks/{new.task('pain_checkin')['id']}")
    expect(dana.locator("#task-title")).to_have_text(NEW)
    expect(dana.locator("#pane")).to_contain_text("Nina is asked every week: pain that spoils sleep gets worse.")
    write_daily(engine.db, engine.settings, engine.clock.now())
    iris = open_window()
    page = iris.sign_in("iris", "/record")
    trace(page)
    read_the_plateau_decision(page)
    verify(page)
    manifest = export(page)
    see_who_saw_it(page, manifest)


# -- the director -----------------------------------------------------------------------------------------------------
def draw_the_new_task(page: Page) -> None:
    """The weekly check-in goes, with what follows when it is missed; a new task is put on the flow that is left."""
    page.get_by_role("button", name="Change it Chronic musculoskeletal pain").click()
    expect(said(page)).to_have_text("Nothing found.")
    check_in = shape(page, "pain_checkin")
    box = check_in.bounding_box()
    assert box is not None
    for element in ("pain_checkin_lapsed", "note_missed_checkin", "pain_checkin"):
        shape(page, element).click()
        page.keyboard.press("Delete")
        expect(shape(page, element)).to_have_count(0)
    page.get_by_role("button", name="Task for a person", exact=True).click()
    page.mouse.move(box["x"], box["y"] - 60, steps=4)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
    page.mouse.down()
    page.mouse.up()
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")


def mend_what_is_found(page: Page) -> None:
    """No form and no why: said at the element until both are given."""
    expect(page.get_by_role("button", name=re.compile(f"^2 errors at {NEW}"))).to_be_visible()
    expect(page.get_by_role("list", name="Findings at this element")).to_contain_text("tl:task has no why")
    page.get_by_label("Kind", exact=True).select_option("prom")
    page.get_by_label("Role", exact=True).select_option("case_manager")
    page.get_by_label("Due", exact=True).fill("P2D")
    page.get_by_label("Form", exact=True).select_option("pain_checkin")
    page.get_by_label("Why", exact=True).fill(WHY)
    expect(said(page)).to_have_text("Nothing found.")
    expect(page.locator("[data-saved]")).to_have_text(re.compile("^Saved"))


def try_it(page: Page) -> None:
    """An imaginary patient comes to the new task in a week, answers it, and becomes a scenario."""
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("button", name="Begin the walk").click()
    page.get_by_role("button", name=re.compile("^As usual Welcome")).click()
    page.get_by_role("button", name=re.compile("^As usual Collect baseline")).click()
    page.get_by_label("1 week").check()
    page.get_by_role("button", name="Let it pass").click()
    page.get_by_role("link", name=f"Answer {NEW}").click()
    page.get_by_role("group", name=re.compile("pain", re.I)).get_by_label("4", exact=True).check()
    page.get_by_role("button", name="Complete").click()
    expect(page.locator(".try-walk")).to_contain_text(NEW)
    page.get_by_role("link", name="Save as a scenario").click()
    page.get_by_label("Title").fill("Sleep is asked")
    page.get_by_label("What does it show?").fill("After a week pain and sleep are asked in one task.")
    page.get_by_role("button", name="Play it and keep it").click()
    expect(page.get_by_role("status")).to_contain_text("scenarios/msk-sleep-is-asked.yaml")


def publish(page: Page) -> None:
    """With a note, once all three scenarios hold; nobody moves by that."""
    page.get_by_role("link", name=re.compile("^Publish")).click()
    expect(page.get_by_text("200 patients stay on version 1 until moved.")).to_be_visible()
    page.get_by_label("What changes, and why?").fill(NOTE)
    expect(page.get_by_text("Plays 3 scenarios first")).to_be_visible()
    page.get_by_role("button", name="Play the scenarios and publish").click()
    expect(page.get_by_role("heading", name="What it became")).to_be_visible()
    expect(page.get_by_text("200 patients stay on version 1.")).to_be_visible()


def start_a_case(window: Window, engine: Engine) -> Patient:
    """A client of the API enrols somebody; who is asked and measured at once, as on any day."""
    with engine.db.writing() as connection:
        add_token(connection, digest_of("a token"), email("dana"), engine.clock.now())
    patient = call(window, "patients", {"name": "Nina Hart", "birth_date": "1951-02-03"})
    case = call(window, "cases", {"patient_id": patient["id"], "track": "msk"})
    return Patient(engine, patient["id"], case["id"], "Nina Hart").enrolled()


def call(window: Window, path: str, body: dict[str, str]) -> dict[str, Any]:
    """A POST to the API with Dana's token."""
    headers = {"Authorization": "Bearer a token", "Idempotency-Key": path}
    answer = window.context.request.post(f"{window.address}/api/v1/{path}", headers=headers, data=body)
    assert answer.ok, answer.text()
    return dict(answer.json())


def move_the_running_cases(page: Page) -> None:
    """The dry run says who cannot and why; the others move in batches, and every open task of theirs is proven."""
    page.get_by_role("link", name="Move running cases to Chronic musculoskeletal pain, version 2").click()
    expect(page.locator(".top")).to_contain_text("197 patients can move, 3 cannot; 1 patient is on it already.")
    cannot = page.get_by_role("region", name="Who cannot move")
    expect(cannot).to_contain_text("3 patients stand at “Weekly pain check-in” and cannot move.")
    expect(cannot).to_contain_text("“Weekly pain check-in” (pain_checkin) is not in the new version; say which")
    for name in STUCK:
        expect(cannot.get_by_role("link", name=name)).to_be_visible()
    page.get_by_label("Why, for the record of each patient").fill(NOTE)
    page.get_by_role("button", name="Move 197 patients").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("of 197 patients moved")
    expect(page.get_by_role("heading", name="197 patients moved to version 2")).to_be_visible()
    expect(page.locator(".migrate-proof")).to_contain_text("Every open task of 197 moved patients was rehearsed")
    expect(page.get_by_role("region", name="3 patients stayed where they were")).to_contain_text(STUCK[0])


# -- the auditor ------------------------------------------------------------------------------------------------------
def trace(page: Page) -> None:
    """Found by name; on the day before the move the old check-in is drawn, on the day after it the new task."""
    page.get_by_label("Search by name, MBI, case or task").fill("ada")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="MSK", exact=True).click()
    page.locator(".djs-element.is-walked").first.wait_for()
    slide_to(page, "2026-02-09")
    expect(page.locator(".trace-said")).to_contain_text("Nothing more happened until the end of Mon 9 Feb.")
    expect(shape(page, "pain_checkin")).to_be_visible()
    expect(page.locator(".djs-shape", has_text="about pain")).to_have_count(0)
    slide_to(page, "2026-02-11")
    expect(page.locator("[data-notes]")).to_contain_text("from version 1 to version 2")
    expect(page.locator(".djs-shape", has_text="about pain")).to_be_visible()
    expect(shape(page, "pain_checkin")).to_have_count(0)
    expect(page.locator("[data-sentence]")).to_contain_text("To do: Change the plan with the patient.")
    page.locator("#when").press("End")
    expect(page.locator(".trace-said")).not_to_contain_text("Nothing more happened")
    expect(page.locator("[data-sentence]")).to_contain_text(NEW)
    expect(page.locator(".djs-shape.is-here", has_text="about pain")).to_be_visible()


def slide_to(page: Page, day: str) -> None:
    page.get_by_label("At the end of").fill(day)
    page.get_by_role("button", name="Go there").click()
    page.wait_for_url(re.compile(f"on={day}"))
    page.locator(".djs-element.is-walked").first.wait_for()


def read_the_plateau_decision(page: Page) -> None:
    """What it read, and the row that matched; in the table of MSK, which it required, too."""
    page.locator(".line", has_text="Plateau rule").locator("summary").first.click()
    answered = page.locator(".opened .answered-row")
    expect(answered.first).to_contain_text("this row answered")
    expect(page.locator(".opened .read").first).to_have_text(re.compile(r"Read\s*msk"))
    msk = page.locator(".opened .answered-by")
    expect(msk.locator("tr", has_text="Function, change in T")).to_be_visible()
    expect(msk.locator(".said").last).to_contain_text("changed by less than 2 T points")


def verify(page: Page) -> None:
    """In words, with the checkpoint that holds the record."""
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("#proof-result")).to_contain_text("The record is whole.")
    expect(page.locator("#proof-result")).to_contain_text("One checkpoint, of Tue 17 Feb 2026, holds it.")


def export(page: Page) -> dict[str, Any]:
    """Every file of the archive has the hash that the manifest says."""
    page.get_by_role("link", name="Export").click()
    for name in ("JSON", "CSV", "XES"):
        page.get_by_label(name).check()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    archive = ZipFile(waiting.value.path())
    manifest: dict[str, Any] = json.loads(archive.read("MANIFEST.json"))
    said = {name: about["sha256"] for name, about in manifest["files"].items()}
    assert said.keys() == set(archive.namelist()) - {"MANIFEST.json"}
    assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in said.items())
    return manifest


def see_who_saw_it(page: Page, manifest: dict[str, Any]) -> None:
    """All of that stands in the access record, to the hash of each file; so does the director's list of patients."""
    page.get_by_role("link", name="Back to the record").click()
    page.get_by_role("link", name="Who saw it").click()
    expect(page.get_by_role("heading", name="Who saw Ada Long")).to_be_visible()
    told = page.locator(".accesses li")
    for words in (
        "Iris Lang exported the record as JSON, CSV, PDF, XES",
        "Iris Lang looked at the page that exports the record",
        "Iris Lang verified the record, found whole",
        "Iris Lang looked at an entry of the record",
        "Iris Lang looked at the record",
        "Iris Lang saw the name in Record, searching for “ada”",
        "Omar Reyes saw the name in a migration",
    ):
        expect(told.filter(has_text=words)).to_have_count(1)
    page.get_by_text("7 files, with their hashes").click()
    for about in manifest["files"].values():
        expect(told.first).to_contain_text(about["sha256"])
