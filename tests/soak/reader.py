"""Somebody who only looks, while others work: lists, cases and records over the API, pages in a session."""

from __future__ import annotations

import http.client
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

from cli.demo.staff import CASE_MANAGER
from tests.soak.calls import Caller

_PAUSE = 1.0  # seconds between two looks
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_PAGES = ("/day", "/patients", "/programme", "/counts")


@dataclass
class Reader:
    """Reads until it is called off; ``answers`` counts what was read and with which status."""

    caller: Caller
    port: int
    cases: list[str]
    seed: int
    answers: Counter[str] = field(default_factory=Counter)
    _cookie: str = ""
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Reader:
        self._thread = threading.Thread(target=self._run, name="reader")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def faults(self) -> list[str]:
        return sorted(each for each in self.answers if each.rsplit(" ", 1)[-1].startswith("5"))

    def _run(self) -> None:
        chance = Random(f"reads {self.seed}")
        while not self._over.wait(_PAUSE):
            if chance.random() < 0.5:
                self._call(chance.choice(self.cases), chance)
            else:
                self._page(chance.choice(_PAGES))

    def _call(self, case: str, chance: Random) -> None:
        what = chance.choice(("", "/history", "/facts"))
        status = self.caller.ask("GET", f"/cases/{case}{what}", CASE_MANAGER).status
        self.answers[f"case{what} {status}"] += 1

    def _page(self, path: str) -> None:
        """A page; whoever was asked to sign in does so. A server that is gone is left for the next time."""
        try:
            status = self._get(path)[0]
            if status in (302, 303):
                self._sign_in()
                status = self._get(path)[0]
        except (OSError, http.client.HTTPException):
            self.answers["page cut off"] += 1
            return
        self.answers[f"page {path} {status}"] += 1

    def _sign_in(self) -> None:
        found = _TOKEN.search(self._get("/sign-in")[1])
        if found is None:
            return
        who = {"email": CASE_MANAGER.email, "password": CASE_MANAGER.password, "csrf_token": found[1]}
        self._ask("POST", "/sign-in", urlencode(who))

    def _get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path, None)

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, body, headers)
            got = connection.getresponse()
            text = got.read().decode(errors="replace")
            given = [each.partition(";")[0] for each in got.headers.get_all("Set-Cookie") or []]
            self._cookie = "; ".join(given) or self._cookie
            return got.status, text
        finally:
            connection.close()
