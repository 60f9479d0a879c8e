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
import waitress

from engine.application import Engine
from engine.settings import Settings
from engine.store.clocks import clock_of
from engine.store.database import Database
from tests.api.answers import answers_to
from tests.cli.conftest import Throughline
from tests.interop.synthea import a_whole_bundle, write
from webui.app import create_app

ALIGNED = date(2026, 7, 6)


@dataclass(frozen=True)
class Api:
    """A client that knows an address and a token."""

    base: str
    token: str

    def get(self, path: str) -> Any:
        return self._ask(path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._ask(path, body)

    def _ask(self, path: str, body: dict[str, Any] | None) -> Any:
        request = urllib.request.Request(self.base + path, None if body is None else json.dumps(body).encode())
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())


@pytest.fixture
def throughline(tmp_path: Path) -> Throughline:
    """A sandbox at 10:00 in New York on the day of alignment."""
    made = Throughline({"THROUGHLINE_DATA_DIR": str(tmp_path / "var")})
    made("db", "init", "--sandbox", "--now", "2026-07-06T14:00:00Z")
    return made


@pytest.fixture
def api(throughline: Throughline) -> Iterator[Api]:
    """The web process on a free port of this machine, and a case manager's token."""
    throughline("users", "create", "--email", "dana@example.org", "--name", "Dana", "--role", "case_manager")
    token = throughline.json("tokens", "create", "--user", "dana@example.org")["token"]
    settings = Settings.from_environment(throughline.env)
    db = Database(settings.database_url)
    server = waitress.create_server(create_app(Engine(db, clock_of(db), settings)), host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Api(f"http://127.0.0.1:{server.effective_port}/api/v1", token)
    server.close()
    thread.join(timeout=10)
    db.dispose()


def test_a_year_of_msk_care_from_a_bundle_to_a_closed_case(throughline: Throughline, api: Api, tmp_path: Path) -> None:
    """Every task of the programme appears when it should, nothing due is left, and the record verifies."""
    bundle = write(tmp_path, "ada.json", a_whole_bundle())
    patient = throughline.json("patients", "import", str(bundle))["patients"][0]["id"]
    started = throughline.json("cases", "start", "--patient", patient, "--track", "msk", "--aligned-on", str(ALIGNED))
    case = started["id"]
    seen: list[tuple[int, str, str]] = []
    for day in range(367):
        if day:
            throughline("clock", "advance", "P1D")
            assert throughline.json("tick")["failed"] == []
        if day in (100, 103):
            led_to = api.post(f"/cases/{case}/events", {"type": "transition.discharged", "payload": {"reason": "fall"}})
            assert led_to["matched"]
        while todo := api.get("/worklist")["items"]:
            for task in todo:
                seen.append((day, task["kind"], task["title"]))
                assert date.fromisoformat(task["due_on"]) >= ALIGNED + timedelta(days=day)
                schema = api.get(f"/tasks/{task['id']}")["schema"]
                api.post(f"/tasks/{task['id']}/complete", {"data": answers_to(schema)})
    found = api.get(f"/cases/{case}")
    assert (found["status"], found["open_tasks"]) == ("completed", [])
    assert throughline.json("history", "verify")["ok"] is True
    _is_the_programme(seen)


def _is_the_programme(seen: list[tuple[int, str, str]]) -> None:
    kinds = Counter(kind for _, kind, _ in seen)
    assert [day for day, kind, _ in seen if kind == "intake"] == [0]
    weekly = [day for day, _, title in seen if "pain check-in" in title]
    assert weekly == list(range(7, 365, 7))
    milestones = [day for day, _, title in seen if "milestone" in title]
    assert milestones == [7 * week for week in (4, 8, 12, 26, 39, 52)]
    # Answers that never change are a plateau: the plan is changed, checked after four weeks, and reviewed.
    assert {day for day, kind, _ in seen if kind == "plateau"} >= {28, 84}
    assert {56, 112} <= {day for day, kind, _ in seen if kind == "review"}
    assert sum("Call" in title and "discharge" in title for _, kind, title in seen if kind == "transition") == 2
    assert kinds["sdoh"] >= 1
    assert {day for day, kind, _ in seen if kind == "closure"} <= {365, 366}
    assert kinds["pcp_update"] >= 4  # at the start, at escalation, at each change of setting, at the end
