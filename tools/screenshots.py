"""Takes the pictures of docs/screenshots: a temporary sandbox with the demo, served to a headless chromium.

python tools/screenshots.py [--to FOLDER]; `make screenshots` calls it. Nothing of it stays but the pictures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, get_args

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import and_, func, select
from waitress.server import create_server

from cli.demo.staff import CASE_MANAGER
from engine.application import Engine
from engine.settings import Settings
from engine.store.clocks import clock_of
from engine.store.database import Database
from engine.store.tables import cases, history, tasks
from webui.app import create_app

ROOT = Path(__file__).resolve().parents[1]
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
        settings = Settings.from_environment(environment)
        db = Database(settings.database_url)
        server: Any = create_server(create_app(Engine(db, clock_of(db), settings)), host="127.0.0.1", port=0)
        threading.Thread(target=server.run, daemon=True).start()
        yield f"http://127.0.0.1:{server.effective_port}", db
        server.close()
        db.dispose()


def signed_in(browser: Browser, address: str, scheme: Scheme, size: tuple[int, int]) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_label("Email").fill(CASE_MANAGER.email)
    page.get_by_label("Password").fill(CASE_MANAGER.password)
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
        browser.close()
    print(f"six pictures in {folder}")


if __name__ == "__main__":
    main()
