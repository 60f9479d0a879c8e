"""`throughline incidents`: what stands still is listed, shown, retried and skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.application import Engine
from engine.commands import CloseCase
from engine.errors import ProcessParked
from engine.settings import Settings
from engine.store.clocks import clock_of
from engine.store.database import Database
from tests.cli.conftest import Throughline
from tests.engine.builders import DANA, Case
from tests.engine.incidents.builders import MENDED, POISON
from tests.engine.migration.builders import Pathway, migrate


@pytest.fixture
def pathway(sandbox: Throughline, db: Database, settings: Settings, tmp_path: Path) -> Pathway:
    folder = tmp_path / "small"
    folder.mkdir()
    return Pathway(Engine(db, clock_of(db), settings), folder)


def stuck(pathway: Pathway) -> Case:
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask", note="walks better")
    return case


def test_incidents_are_listed_shown_and_retried(sandbox: Throughline, pathway: Pathway) -> None:
    """Exit 1 while the diagram fails; what was entered is never printed."""
    pathway.version(*POISON)
    cases = [stuck(pathway) for _ in range(2)]
    items = sandbox.json("incidents", "list")["items"]
    assert [item["case_id"] for item in items] == [case.id for case in cases]
    shown = sandbox.json("incidents", "show", items[0]["id"])
    assert (shown["ways"], shown["waiting"][0]["kind"]) == (["right", "left"], "command")
    assert "walks better" not in sandbox("incidents", "show", items[0]["id"]).stdout
    assert not sandbox.json("incidents", "retry", items[0]["id"], code=1)["settled"]
    migrate(cases[0], pathway.version(*MENDED))
    done = sandbox.json("incidents", "retry", items[1]["id"], "--alike", "--reason", "mended", code=1)
    assert (done["settled"], done["failed"]) == ([items[0]["id"]], [items[1]["id"]])
    assert len(sandbox.json("incidents", "list", "--resolved")["items"]) == 1
    cases[1].engine.execute(CloseCase(cases[1].id, "lost", "moved away"), actor=DANA)
    ended = sandbox("incidents", "show", items[1]["id"]).stdout
    assert "why the case is concluded (lost)" in ended
    assert "walks better" not in ended
    assert sandbox.json("history", "verify")["ok"]


def test_an_incident_is_skipped_with_a_reason(sandbox: Throughline, pathway: Pathway) -> None:
    """A wrong way is refused (exit 2)."""
    pathway.version(*POISON)
    case = stuck(pathway)
    incident = f"{case.id}-p1-i1"
    sandbox("incidents", "skip", incident, "--reason", "agreed", "--to", "nowhere", code=2)
    assert sandbox.json("incidents", "skip", incident, "--reason", "agreed", "--to", "left")["settled"]
    assert case.elements() == ["left"]
