"""How the API is called: over HTTP until it answers, with the same idempotency key, or within this process."""

from __future__ import annotations

import http.client
import json
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from flask import Flask
from flask.testing import FlaskClient

from cli.demo.staff import Member

BASE = "/api/v1"
_PAUSE = 0.03  # seconds until a server that is gone is asked again; one that says it is busy is left alone for longer
_BUSY = 0.25
_MOST_TRIES = 1_000


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and the JSON that came with it."""

    status: int
    data: Any


class Caller(Protocol):
    """Asks the API something, as somebody."""

    def ask(
        self, method: str, path: str, by: Member, body: Mapping[str, Any] | None = None, key: str | None = None
    ) -> Answer: ...


def token_of(member: Member) -> str:
    """The API token of somebody in a soak: everybody may know it."""
    return f"soak-token-of-{member.email}"


def _headers(by: Member, key: str | None) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {token_of(by)}", "Content-Type": "application/json"}
    return headers if key is None else headers | {"Idempotency-Key": key}


@dataclass(slots=True)
class AppCaller:
    """Calls the application without a network; one thread only."""

    app: Flask
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def ask(
        self, method: str, path: str, by: Member, body: Mapping[str, Any] | None = None, key: str | None = None
    ) -> Answer:
        text = None if body is None else json.dumps(body)
        got = self.client.open(BASE + path, method=method, headers=_headers(by, key), data=text)
        return Answer(got.status_code, got.get_json())


@dataclass(slots=True)
class HttpCaller:
    """Calls a web process that may die at any instant: each thread keeps a connection, and asks until it is answered.

    ``again`` counts why something was asked again, ``under_way`` what has been asked and not been answered yet.
    """

    port: int
    again: Counter[str] = field(default_factory=Counter)
    asked: count[int] = field(default_factory=count)
    under_way: dict[int, str] = field(default_factory=dict)
    _local: threading.local = field(default_factory=threading.local)
    _pause: threading.Event = field(default_factory=threading.Event)

    def ask(
        self, method: str, path: str, by: Member, body: Mapping[str, Any] | None = None, key: str | None = None
    ) -> Answer:
        number = next(self.asked)
        self.under_way[number] = f"{method} {'page' if not path.startswith('/') else path.rsplit('/', 1)[-1]}"
        try:
            return self._until_answered(method, path, None if body is None else json.dumps(body), _headers(by, key))
        finally:
            del self.under_way[number]

    def _until_answered(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        for _ in range(_MOST_TRIES):
            try:
                answer = self._once(method, path, body, headers)
            except (OSError, http.client.HTTPException) as error:
                self._forget()
                self.again["no connection" if isinstance(error, ConnectionRefusedError) else "cut off"] += 1
                self._pause.wait(_PAUSE)
                continue
            if answer.status != 503:
                return answer
            self.again["busy"] += 1
            self._pause.wait(_BUSY)
        raise ConnectionError(f"{method} {path} was not answered")

    def _once(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, BASE + path, body, headers)
        got = connection.getresponse()
        text = got.read()
        return Answer(got.status, json.loads(text) if text else None)

    def _forget(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
        self._local.connection = None
