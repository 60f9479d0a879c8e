"""A real server and Debian's chromium in front of it; every page's console is listened to."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from waitress.server import create_server

from engine.application import Engine
from engine.clock import SetClock
from engine.settings import Settings
from engine.store.database import Database
from tests.apps import an_app
from tests.conftest import asked_for
from tests.databases import SqliteFiles
from tests.webui.builders import PASSWORD, email, with_people
from webui.assets import DIST

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_WATCH = """document.addEventListener('securitypolicyviolation',
  (event) => console.error('CSP', event.violatedDirective, event.blockedURI, event.sourceFile))"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine; on Debian: apt-get install chromium")
    if not (DIST / "manifest.json").is_file():
        pytest.skip("the front end is not built; 'make install' builds it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def db(request: pytest.FixtureRequest, sqlite: SqliteFiles) -> Iterator[Database]:
    with sqlite.database(asked_for(request)) as database:
        yield database


@pytest.fixture
def engine(db: Database, clock: SetClock, settings: Settings, published_versions: list[dict[str, Any]]) -> Engine:
    engine = Engine(db, clock, settings)
    with_people(engine)
    return engine


@pytest.fixture
def address(engine: Engine) -> Iterator[str]:
    """Where the application listens: any free port of this machine."""
    server: Any = create_server(an_app(engine), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    with suppress(OSError):  # the thread was awake, has closed already, and needs no call
        server.trigger.pull_trigger(server.close)  # in its own thread, which wakes at once
    thread.join(timeout=5)


@dataclass
class Window:
    """A browser window with what its console said; `complaints` must stay empty."""

    context: BrowserContext
    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, name: str = "dana", path: str = "/day") -> Page:
        self.page.goto(f"{self.address}/sign-in?next={path}")
        self.page.get_by_label("Email").fill(email(name))
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(self.address + path)
        return self.page

    def listen(self) -> None:
        def hear(kind: str, words: str) -> None:
            # a refused form is an answer of the server's, which chromium and htmx both note as an error
            if (
                kind == "error"
                and "the server responded with a status of 4" not in words
                and "Error Code 4" not in words
            ):
                self.complaints.append(words)

        self.page.on("console", lambda message: hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.context.add_init_script(_WATCH)


Open = Callable[..., Window]


@pytest.fixture
def open_window(chromium: Browser, address: str) -> Iterator[Open]:
    """Opens windows; at the end, none of their consoles may have complained."""
    windows: list[Window] = []

    def opened(width: int = 1440, height: int = 940, **options: Any) -> Window:
        context = chromium.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce", **options)
        context.set_default_timeout(10_000)
        window = Window(context, context.new_page(), address)
        window.listen()
        windows.append(window)
        return window

    yield opened
    complaints = [each for window in windows for each in window.complaints]
    for window in windows:
        window.context.close()
    assert complaints == []
