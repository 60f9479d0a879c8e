"""`throughline organisations`, and who belongs to which."""

from __future__ import annotations

import json
from pathlib import Path

from engine.store import people
from engine.store.database import Database
from tests.cli.conftest import Throughline

BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {
            "resource": {
                "resourceType": "Patient",
                "id": "123",
                "name": [{"family": "North", "given": ["Otto"]}],
                "birthDate": "1950-03-01",
            }
        }
    ],
}


def test_an_organisation_is_created_once(sandbox: Throughline) -> None:
    """Beside the one that every database begins with."""
    sandbox("organisations", "create", "north", "--name", "North clinic")
    assert "already" in sandbox("organisations", "create", "north", "--name", "Another", code=2).stderr
    assert [each["id"] for each in sandbox.json("organisations", "list")["items"]] == ["main", "north"]


def test_a_user_sees_one_organisation_or_all(sandbox: Throughline, db: Database) -> None:
    """A case manager is main's unless another is named; an auditor sees all; an unknown one is refused with a hint."""
    sandbox("organisations", "create", "north", "--name", "North clinic")
    for email, role, more in (
        ("dana@a.example", "case_manager", ()),
        ("ben@a.example", "case_manager", ("--organisation", "north")),
        ("iris@a.example", "auditor", ()),
    ):
        sandbox("users", "create", "--email", email, "--name", email, "--role", role, *more)
    with db.reading() as connection:
        found = [people.user(connection, f"{name}@a.example")["organisation"] for name in ("dana", "ben", "iris")]
    assert found == ["main", "north", None]
    wrong = ("users", "create", "--email", "x@a.example", "--name", "X", "--role", "lead", "--organisation", "nort")
    assert "north" in sandbox(*wrong, code=2).stderr


def test_an_import_is_about_one_organisations_patients(sandbox: Throughline, tmp_path: Path) -> None:
    """The same id in another one's record system is another person: refused, not merged."""
    sandbox("organisations", "create", "north", "--name", "North clinic")
    file = tmp_path / "otto.json"
    file.write_text(json.dumps(BUNDLE), encoding="utf-8")
    sandbox("patients", "import", str(file), "--organisation", "south", code=2)
    assert sandbox.json("patients", "import", str(file), "--organisation", "north")["imported"] == 1
    assert sandbox.json("patients", "import", str(file), "--organisation", "north")["skipped"] == 1
    refused = sandbox.json("patients", "import", str(file), code=1)
    assert "--organisation north" in refused["failed"][0]["reason"]
