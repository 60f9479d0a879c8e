"""What each export format says of who it is about: what docs/proof.md and the page tell, and no more."""

from __future__ import annotations

import pytest

from engine.application import Engine
from interop.exports.archive import FORMATS
from tests.engine.builders import on_sqlite
from tests.interop.exported import a_told_case, record_of, text_of

NAME, BORN = "Ada Long", "1950-03-01"


@pytest.fixture
def files(engine: Engine) -> dict[str, str]:
    """What stands in each file of each format, as text; blanks of a PDF are drawn as gaps, so it has none."""
    record = record_of(a_told_case(engine))
    assert (record.patient["name"], str(record.patient["birth_date"])) == (NAME, BORN)
    made = {name: write(record) for each in FORMATS.values() for name, write in each.files.items()}
    pdf = text_of(made.pop("record.pdf")).replace(" ", "").replace("AdaLong", NAME)
    return {"record.pdf": pdf, **{name: content.decode() for name, content in made.items()}}


@on_sqlite
def test_each_format_names_the_patient_as_it_says(files: dict[str, str]) -> None:
    """JSON and PDF in a place of its own, CSV in sentences and in no column, XES nowhere; and the page says so."""
    named = {name for name, content in files.items() if NAME in content}
    assert named == {"record.json", "record.pdf", "history.csv", "tasks.csv"}
    assert [name for name in named if name.endswith(".csv") and f'"{NAME}"' in files[name]] == []
    assert f'"name": "{NAME}"' in files["record.json"]
    assert f"Recordof{NAME}" in files["record.pdf"]
    assert {name for name, content in files.items() if BORN in content} == {"record.json"}
    assert "born1Mar1950" in files["record.pdf"]
    assert {each.name for each in FORMATS.values() if "who it is about" in each.holds} == {"json", "pdf"}
    assert "sentences name the patient" in FORMATS["csv"].holds
    assert "no patient’s name" in FORMATS["xes"].holds
