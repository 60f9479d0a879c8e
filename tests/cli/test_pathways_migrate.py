"""`throughline pathways migrate`: a dry run that changes nothing, the batch, and the way back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.settings import SHIPPED_PATHWAYS
from tests.cli.conftest import Throughline


@pytest.fixture
def changed(sandbox: Throughline, add_patient: Callable[[], str], tmp_path: Path) -> str:
    """Three patients on MSK's first version, and a second one in which the intake has another name; its hash."""
    for _ in range(3):
        sandbox("cases", "start", "--patient", add_patient(), "--track", "msk")
    folder = Path(shutil.copytree(SHIPPED_PATHWAYS, tmp_path / "pathways"))
    intake = folder / "shared" / "intake.bpmn"
    intake.write_text(intake.read_text().replace('name="Intake"', 'name="First talk"').replace('title="Intake"', ""))
    main = folder / "msk.bpmn"
    main.write_text(main.read_text().replace("Weekly pain check-in", "Pain each week"))
    return str(sandbox.json("pathways", "publish", str(main), "--note", "changed")["version"])


def test_a_dry_run_then_the_batch_then_back(sandbox: Throughline, changed: str) -> None:
    """Everybody can move; they do, and are proven; then they are moved back, and the batch is undone."""
    found = sandbox.json("pathways", "migrate", "msk", "--to", "2", "--dry-run")
    assert (found["can"], found["cannot"], found["to"]) == (3, 0, changed)
    assert len(found["groups"][0]["cases"]) == 3
    again = sandbox.json("pathways", "migrate", "msk", "--to", changed[:10], "--dry-run")
    assert again["groups"] == found["groups"]
    moved = sandbox.json("pathways", "migrate", "msk", "--to", "msk@2", "--note", "a better title")
    assert (moved["moved"], moved["status"], moved["cannot"]) == (3, "done", [])
    assert sandbox.json("pathways", "migrate", "msk", "--to", "2", "--dry-run")["there"] == 3
    back = sandbox.json("pathways", "migrate", "msk", "--undo", str(moved["batch"]))
    assert (back["moved"], back["undoes"]) == (3, moved["batch"])
    assert sandbox.json("pathways", "migrate", "msk", "--to", "2", "--dry-run")["can"] == 3
    assert sandbox.json("history", "verify")["faults"] == []


def test_the_words_say_where_they_stand(sandbox: Throughline, changed: str) -> None:
    """One line a group with its patients; a wrong call is told with what to give."""
    text = sandbox("pathways", "migrate", "msk", "--to", changed, "--dry-run").stdout
    assert "3 cases can move, 0 cannot, 0 are there already" in text
    assert "3 cases of version 1 can move: at" in text
    assert "Ann Lee" in text
    sandbox("pathways", "migrate", "msk", code=2)
    sandbox("pathways", "migrate", "msk", "--to", "2", "--move", "intake", code=2)
    sandbox("pathways", "migrate", "msk", "--to", "2", "--move", "nowhere=intake", code=2)
    sandbox("pathways", "migrate", "ckm", "--to", changed, code=2)
