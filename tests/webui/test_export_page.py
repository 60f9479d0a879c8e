"""Exporting from a page: only what was chosen, with its manifest, for those who may, and written down."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from engine.application import Engine
from engine.proof.checkpoints import write_daily
from engine.store.tables import accesses
from tests.webui.builders import Visit, a_patient


def exports(engine: Engine) -> list[dict[str, Any]]:
    with engine.db.reading() as connection:
        rows = connection.execute(select(accesses).where(accesses.c.act == "exported")).mappings()
        return [dict(row) for row in rows]


def test_what_was_chosen_comes_as_one_archive(engine: Engine, visit: Visit) -> None:
    """With a safe name; each hash of the manifest is that of its file, and the export stands in the access record."""
    patient = a_patient(engine).enrolled()
    write_daily(engine.db, engine.settings, engine.clock.now())
    iris = visit.signed_in("iris")
    page = iris.get(f"/cases/{patient.case_id}/export")
    assert "Nobody has taken this record along yet" in page.text("main")
    answer = iris.send(page, "/export", format=["csv", "xes"])
    assert answer.headers["Content-Disposition"] == f"attachment; filename={patient.case_id}-export.zip"
    assert answer.headers["Cache-Control"] == "no-store"
    archive = ZipFile(BytesIO(answer.response.data))
    names = ["MANIFEST.json", "history.csv", "tasks.csv", "facts.csv", "events.xes"]
    assert archive.namelist() == names
    manifest = json.loads(archive.read("MANIFEST.json"))
    for name in names[1:]:
        content = archive.read(name)
        assert manifest["files"][name] == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    assert (manifest["exported_by"], manifest["checkpoint"]["number"]) == ("Iris Lang", 1)
    (kept,) = exports(engine)
    assert (kept["email"], kept["case_id"], kept["detail"]["formats"]) == (
        "iris@example.org",
        patient.case_id,
        ["csv", "xes"],
    )
    assert kept["detail"]["manifest"] == hashlib.sha256(archive.read("MANIFEST.json")).hexdigest()
    assert kept["detail"]["files"] == {name: each["sha256"] for name, each in manifest["files"].items()}
    again = iris.get(f"/cases/{patient.case_id}/export")
    assert again.texts("tbody td")[1:3] == ["Iris Lang", "CSV, XES"]


def test_no_format_is_asked_for_once_more(engine: Engine, visit: Visit) -> None:
    """The page comes back with a sentence at the formats, and nothing is written down."""
    patient = a_patient(engine)
    iris = visit.signed_in("iris")
    page = iris.send(iris.get(f"/cases/{patient.case_id}/export"), "/export", format=None)
    assert page.status == 422
    assert page.text("#export-wrong") == "Choose at least one format."
    assert exports(engine) == []


@pytest.mark.parametrize(("name", "status"), [("dana", 403), ("omar", 200), ("iris", 200)])
def test_a_whole_record_is_taken_along_by_few(engine: Engine, visit: Visit, name: str, status: int) -> None:
    """Directors, auditors, administrators; who may not is not offered it."""
    patient = a_patient(engine)
    person = visit.signed_in(name)
    assert person.get(f"/cases/{patient.case_id}/export").status == status
    offered = [link for link in person.get(f"/cases/{patient.case_id}/record").all("a") if link.text == "Export"]
    assert bool(offered) == (status == 200)
