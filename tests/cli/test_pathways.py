"""`throughline pathways`: diagrams are checked, published and listed."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bundle import PathwayFiles
from engine.publish import publish
from engine.settings import SHIPPED_PATHWAYS
from engine.store.database import Database
from tests.cli.conftest import Throughline


@pytest.fixture
def pathways(tmp_path: Path) -> Path:
    """A copy of the shipped pathways."""
    return Path(shutil.copytree(SHIPPED_PATHWAYS, tmp_path / "pathways"))


def test_the_shipped_pathways_have_no_errors(new_throughline: Throughline) -> None:
    """Lint passes on every shipped diagram; no installation is needed."""
    files = [str(file) for file in sorted(SHIPPED_PATHWAYS.rglob("*.bpmn"))]
    assert new_throughline.json("pathways", "lint", *files)["errors"] == 0


def test_a_finding_names_file_element_and_rule(new_throughline: Throughline, pathways: Path) -> None:
    """A diagram with a condition that is no FEEL fails with exit code 1."""
    file = pathways / "msk.bpmn"
    file.write_text(file.read_text().replace('form="pain_checkin"', 'form="no_such_form"'))
    findings = new_throughline.json("pathways", "lint", str(file), code=1)["findings"]
    assert findings[0]["severity"] == "error"
    assert findings[0]["file"] == str(file)
    assert {"element", "rule", "message", "hint"} <= set(findings[0])


def test_a_slip_in_what_a_pathway_takes_along_stops_it_too(sandbox: Throughline, pathways: Path) -> None:
    """A called diagram is checked with the one that calls it, and warnings are shown with what is published."""
    called = pathways / "shared" / "milestone.bpmn"
    called.write_text(called.read_text().replace("case.week", "case.weak"))
    answer = sandbox.json("pathways", "publish", str(pathways / "msk.bpmn"), "--note", "slip", code=1)
    assert {found["file"] for found in answer["findings"]} == {str(called)}
    called.write_text(called.read_text().replace("case.weak", "case.week"))
    form = pathways / "forms" / "closure.yaml"
    form.write_text(form.read_text().replace("    record: true\n", ""))
    answer = sandbox.json("pathways", "publish", str(pathways / "msk.bpmn"), "--note", "unread")
    assert answer["new"]
    assert {found["rule"] for found in answer["findings"]} == {"unread-fields"}


def test_a_changed_pathway_is_a_new_version(sandbox: Throughline, pathways: Path) -> None:
    """The same content again is the version that is there; a faulty one is not published."""
    file = pathways / "msk.bpmn"
    file.write_text(file.read_text().replace("Weekly pain check-in", "Pain each week"))
    first = sandbox.json("pathways", "publish", str(file), "--note", "shorter title")
    assert (first["process_id"], first["number"], first["new"]) == ("msk", 2, True)
    assert sandbox.json("pathways", "publish", str(file), "--note", "again")["new"] is False
    file.write_text(file.read_text().replace('form="pain_checkin"', 'form="no_such_form"'))
    sandbox("pathways", "publish", str(file), "--note", "broken", code=1)
    listed = sandbox.json("pathways", "list")["items"]
    assert [item["number"] for item in listed if item["process_id"] == "msk"] == [2, 1]


def test_a_planned_version_is_passed_over_only_when_it_is_named(
    sandbox: Throughline, pathways: Path, db: Database
) -> None:
    """Refused with the option that says so; then the new one is taken at once, and the planned one never."""
    file = pathways / "msk.bpmn"
    planned = _planned_for_august(db, pathways)
    file.write_text(file.read_text().replace("Weekly pain check-in", "Pain each week"))
    published = ("pathways", "publish", str(file), "--note", "sooner")
    refused = sandbox(*published, code=2)
    assert f"--instead-of {planned[:12]}" in refused.stderr
    sandbox(*published, "--instead-of", "ckm@1", code=2)
    assert sandbox.json(*published, "--instead-of", planned[:12])["number"] == 3
    assert sandbox.json(*published, "--instead-of", planned[:12])["new"] is False
    listed = {each["number"]: each for each in sandbox.json("pathways", "list")["items"] if each["process_id"] == "msk"}
    assert [listed[number]["in_force"] for number in (3, 2, 1)] == [True, False, False]
    assert [listed[number]["passed_over_by"] for number in (3, 2, 1)] == [None, 3, None]
    assert "never" in sandbox("pathways", "list").stdout
    moving = sandbox.json("pathways", "migrate", "msk", "--to", "2", "--dry-run")
    assert (moving["effective_from"], moving["passed_over_by"]) == (None, 3)


def _planned_for_august(db: Database, pathways: Path) -> str:
    """The hash of a version 2 of MSK that new cases take from 1 August on."""
    file = pathways / "msk.bpmn"
    as_it_was = file.read_text()
    file.write_text(as_it_was.replace("Weekly pain check-in", "How was the week?"))
    now, then = datetime(2026, 7, 6, 14, 0, tzinfo=UTC), datetime(2026, 8, 1, 4, 0, tzinfo=UTC)
    with db.writing() as connection:
        about = {"note": "from August on", "by": "test", "now": now, "effective_from": then}
        made, _ = publish(connection, PathwayFiles(pathways), "msk.bpmn", **about)
    file.write_text(as_it_was)
    return made.hash
