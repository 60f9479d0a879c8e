"""Takes the pictures of docs/screenshots: a temporary sandbox with the demo, served to a headless chromium.

python tools/screenshots.py [--to FOLDER]; `make screenshots` calls it. Nothing of it stays but the pictures.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, get_args

from playwright.sync_api import Browser, Locator, Page, sync_playwright
from sqlalchemy import and_, func, select
from waitress.server import create_server

from cli.demo.staff import AUDITOR, CASE_MANAGER, DIRECTOR, Member
from engine.application import Engine
from engine.settings import SHIPPED_PATHWAYS, Settings
from engine.store.clocks import clock_of
from engine.store.database import Database
from engine.store.tables import cases, history, tasks
from webui.app import create_app

ROOT = Path(__file__).resolve().parents[1]
MSK = "Chronic musculoskeletal pain"
SCREEN, PHONE = (1440, 940), (390, 844)
TALL = 1280  # of a patient's page: down to the story
Scheme = Literal["dark", "light"]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@contextmanager
def demo() -> Iterator[tuple[str, Database]]:
    """The address of a server with the demo, and its database."""
    with tempfile.TemporaryDirectory(prefix="throughline-screenshots-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("THROUGHLINE_")}
        environment["THROUGHLINE_DATA_DIR"] = folder
        command = [str(Path(sys.executable).with_name("throughline")), "demo", "prepare"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        settings = replace(
            Settings.from_environment(environment), pathways_dir=few_scenarios(Path(folder) / "pathways")
        )
        db = Database(settings.database_url)
        server: Any = create_server(create_app(Engine(db, clock_of(db), settings)), host="127.0.0.1", port=0)
        threading.Thread(target=server.run, daemon=True).start()
        yield f"http://127.0.0.1:{server.effective_port}", db
        server.close()
        db.dispose()


def few_scenarios(folder: Path) -> Path:
    """The shipped pathways with two scenarios, so that publishing takes a second."""
    shutil.copytree(SHIPPED_PATHWAYS, folder)
    for file in folder.glob("scenarios/*.yaml"):
        if file.stem not in ("msk-consent-declined", "msk-plateau-gives-way"):
            file.unlink()
    return folder


def signed_in(
    browser: Browser, address: str, scheme: Scheme, size: tuple[int, int], person: Member = CASE_MANAGER
) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/day")
    return page


def settled(page: Page) -> None:
    """Waits until fonts are there and the rail has counted."""
    page.evaluate("document.fonts.ready")
    page.locator(".rail [aria-busy=true]").first.wait_for(state="detached")


def a_check_in(page: Page) -> None:
    """Opens the first check-in of the list: a short form beside scores that say something."""
    page.get_by_role("link", name="pain check-in").first.click()
    page.locator("#pane h1").wait_for()
    page.mouse.move(0, 0)


def a_patient(db: Database) -> str:
    """The patient of whom most is to be told: a running case with a discharge in it and something to do."""
    query = (
        select(cases.c.patient_id)
        .join(history, history.c.case_id == cases.c.id)
        .join(tasks, and_(tasks.c.case_id == cases.c.id, tasks.c.status == "open"))
        .where(cases.c.status == "active", history.c.kind == "event.received", history.c.summary.like("Discharged%"))
        .group_by(cases.c.patient_id, cases.c.history_length)
        .order_by(func.max(cases.c.history_length).desc())
    )
    with db.reading() as connection:
        return str(connection.execute(query.limit(1)).scalar_one())


def take(browser: Browser, address: str, db: Database, folder: Path) -> None:
    patient = a_patient(db)
    for scheme in get_args(Scheme):  # the refusal leaves a draft behind
        page = signed_in(browser, address, scheme, SCREEN)
        a_check_in(page)
        settled(page)
        page.screenshot(path=folder / f"day-{scheme}.png")
        if scheme == "light":
            a_refusal(page)
            page.screenshot(path=folder / "form-error.png")
        page.set_viewport_size({"width": SCREEN[0], "height": TALL})
        page.goto(f"{address}/patients/{patient}")
        settled(page)
        page.screenshot(path=folder / f"patient-{scheme}.png")
        page.context.close()
    page = signed_in(browser, address, "light", PHONE)
    settled(page)
    page.screenshot(path=folder / "day-phone.png")
    page.context.close()


def take_of_director(browser: Browser, address: str, folder: Path) -> None:
    """A draft in which the weekly check-in is replaced: found wanting, tried, compared, published, its dry run."""
    page = signed_in(browser, address, "light", SCREEN, DIRECTOR)
    page.goto(f"{address}/pathways")
    settled(page)
    page.screenshot(path=folder / "library.png")
    page.get_by_role("button", name=f"Change it {MSK}").click()
    draw(page)
    editor = page.url
    page.get_by_text("2 errors").first.wait_for()
    page.screenshot(path=folder / "editor-light.png")
    dark = signed_in(browser, address, "dark", SCREEN, DIRECTOR)
    dark.goto(editor)
    dark.locator(".djs-shape", has_text="about pain").first.click()
    dark.screenshot(path=folder / "editor-dark.png")
    dark.context.close()
    page.get_by_label("Kind", exact=True).select_option("prom")
    page.get_by_label("Form", exact=True).select_option("pain_checkin")
    page.get_by_label("Why", exact=True).fill("{patient.first_name} is asked every week: pain that spoils sleep grows.")
    page.get_by_text("Nothing found.").wait_for()
    try_it(page)
    page.screenshot(path=folder / "try.png")
    page.get_by_role("link", name="Compare").click()
    page.locator(".compare-badge").first.wait_for()
    settled(page)
    page.screenshot(path=folder / "compare.png")
    publish(page)
    page.get_by_role("link", name="Move running cases").click()
    settled(page)
    page.screenshot(path=folder / "migrate.png")
    page.get_by_role("button", name=re.compile(r"^Move \d+ patients")).click()
    page.get_by_role("heading", name=re.compile("moved to version 2")).wait_for()
    page.context.close()


def shape(page: Page, element: str) -> Locator:
    return page.locator(f'.djs-element[data-element-id="{element}"]').first


def draw(page: Page) -> None:
    """Takes the weekly check-in out and puts a task of another name in its place."""
    page.get_by_text("Nothing found.").wait_for()
    box = shape(page, "pain_checkin").bounding_box()
    assert box is not None
    for element in ("pain_checkin_lapsed", "note_missed_checkin", "pain_checkin"):
        shape(page, element).click()
        page.keyboard.press("Delete")
    page.get_by_role("button", name="Task for a person", exact=True).click()
    page.mouse.move(box["x"], box["y"] - 60, steps=4)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
    page.mouse.down()
    page.mouse.up()
    page.keyboard.type("Ask about pain and sleep")
    page.keyboard.press("Enter")
    page.mouse.move(0, 0)


def try_it(page: Page) -> None:
    """Walks a patient to the new task."""
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("button", name="Begin the walk").click()
    for task in ("Welcome the patient", "Collect baseline"):
        page.get_by_role("button", name=re.compile(f"^As usual {task}")).click()
    page.get_by_label("1 week").check()
    page.get_by_role("button", name="Let it pass").click()
    page.locator(".djs-element.is-here").first.wait_for()
    settled(page)


def publish(page: Page) -> None:
    page.get_by_role("link", name="Publish").click()
    page.get_by_label("What changes, and why?").fill("Sleep is asked with pain, every week.")
    page.get_by_role("button", name="Play the scenarios and publish").click()
    page.get_by_role("heading", name="What it became").wait_for()


def take_of_auditor(browser: Browser, address: str, db: Database, folder: Path) -> None:
    """The record of a patient who was moved, a decision opened, and who saw that patient."""
    for scheme in get_args(Scheme):  # light last: its page goes on
        page = signed_in(browser, address, scheme, SCREEN, AUDITOR)
        page.goto(f"{address}/cases/{a_decision(db)}/record")
        page.locator(".djs-element.is-walked").first.wait_for()
        page.locator(".line", has_text="Plateau rule").locator("summary").first.click()
        page.locator(".opened .answered-by").first.scroll_into_view_if_needed()
        settled(page)
        page.screenshot(path=folder / f"record-{scheme}.png")
        if scheme == "dark":
            page.context.close()
    page.get_by_role("button", name="Verify").click()
    page.locator("#proof-result").wait_for()
    page.get_by_role("link", name="Who saw it").click()
    settled(page)
    page.screenshot(path=folder / "access.png")
    page.context.close()


def a_decision(db: Database) -> str:
    """A case that was moved and in which the plateau rule has decided, of those with the shortest record."""
    moved = select(history.c.case_id).where(history.c.kind == "process.migrated")
    query = (
        select(cases.c.id)
        .join(history, history.c.case_id == cases.c.id)
        .where(cases.c.id.in_(moved), history.c.element_id == "plateau_rule")
        .order_by(cases.c.history_length)
    )
    with db.reading() as connection:
        return str(connection.execute(query.limit(1)).scalar_one())


def a_refusal(page: Page) -> None:
    """Sends the open check-in with one answer missing and one that cannot be."""
    page.get_by_label("On how many of the last 7 days").fill("9")
    page.get_by_label("What did the patient say?").fill("Stairs are easier than last week.")
    page.get_by_text("Draft kept").wait_for()
    page.get_by_role("button", name="Complete").click()
    page.get_by_role("alert").wait_for()
    page.evaluate("scrollTo(0, 0)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "screenshots")
    folder: Path = parser.parse_args().to
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("no chromium on this machine; on Debian: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    with demo() as (address, db), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        take(browser, address, db, folder)
        take_of_director(browser, address, folder)
        take_of_auditor(browser, address, db, folder)
        browser.close()
    print(f"fifteen pictures in {folder}")


if __name__ == "__main__":
    main()
