"""One MSK patient's year through nothing but the command line and the API over HTTP, a day at a time."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import waitress.server

from cli.installation import Installation
from cli.installation import open_installation
from engine.settings import Settings
from tests.api.answers import answers_to
from tests.cli.conftest import Throughline
from tests.interop.synthea import a_whole_bundle, write
from webui.app import create_app

ALIGNED = date(2026, 7, 6)


@dataclass(frozen=True)
class Http:
    """A client that knows an address and a token."""

    base: str
    token: str

    def get(self, path: str) -> Any:
        return self._ask(path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._ask(path, body)

    def _ask(self, path: str, body: dict[str, Any] | None) -> Any:
        url = path if path.startswith("http") else f"{self.base}/api/v1{path}"
        request = urllib.request.Request(url, None if body is None else json.dumps(body).encode())
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())
