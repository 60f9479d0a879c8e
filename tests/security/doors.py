"""An application by a wall clock of its own, and a browser that comes over TLS, for tests of the door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
from flask import Flask
from lxml import html

from engine.application import Engine
from engine.clock import SetClock
from engine.door import Door
from tests.webui.builders import PASSWORD, Answer, Visit, email
from webui.app import create_app

NOON = datetime(2026, 1, 13, 17, 0, tzinfo=UTC)


@dataclass
class House:
    """The application with the clock on its wall."""

    app: Flask
    clock: SetClock

    @classmethod
    def of(cls, engine: Engine, **door: Any) -> House:
        clock = SetClock(NOON)
        engine.settings = replace(engine.settings, door=Door(**door))
        return cls(create_app(engine, clock), clock)

    def visit(self) -> Visit:
        return Visit(self.app.test_client())

    def passes(self, **time: float) -> None:
        self.clock.instant += timedelta(**time)


def enrolled(visit: Visit, clock: SetClock) -> tuple[pyotp.TOTP, list[str]]:
    """Sets up a second factor as a person does; returns the app on the phone and the recovery codes."""
    page = visit.get("/account/second-factor")
    app = pyotp.TOTP(page.text("main p.mono").replace(" ", ""))
    done = visit.send(page, "/account/second-factor", code=app.at(clock.instant), password=PASSWORD)
    assert "set up" in done.text("h1")
    return app, done.texts("main li")


def comes_in(visit: Visit, name: str, code: str | None = None) -> Answer:
    """Signs in, with a code where one is asked for."""
    answer = visit.send(visit.get("/sign-in"), "/sign-in", email=email(name), password=PASSWORD)
    return answer if code is None else visit.send(answer, "/sign-in/code", code=code)


def token_of(page: str) -> str:
    """The CSRF token that a page's forms hold."""
    (first, *_) = html.document_fromstring(page).xpath("//input[@name='csrf_token']/@value")
    return str(first)
