"""The library: what is published, who is on it, and every file of it to take along."""

from __future__ import annotations

import io
import zipfile

import pytest

from engine.application import Engine
from engine.bundle import content_hash
from engine.store.versions import newest_versions, version
from tests.webui.builders import Visit, a_patient


def newest(engine: Engine, process_id: str) -> str:
    with engine.db.reading() as connection:
        return next(row["hash"] for row in newest_versions(connection) if row["process_id"] == process_id)


def test_every_diagram_and_table_stands_in_it(dana: Visit) -> None:
    """The tracks in their order, what events start with its event, the shared ones with who uses them."""
    page = dana.get("/pathways")
    assert page.texts("section[aria-labelledby=tracks-title] h3") == [
        "Chronic musculoskeletal pain",
        "Cardio-kidney-metabolic care",
        "Early cardio-kidney-metabolic care",
        "Depression and anxiety",
    ]
    assert len(page.all("section[aria-labelledby=started-title] li.shelf-line")) == 10
    assert len(page.all("section[aria-labelledby=called-title] li.shelf-line")) == 12
    assert len(page.all("section[aria-labelledby=tables-title] li.shelf-line")) == 3
    (follow_on,) = [line for line in page.texts("li.shelf-line") if line.startswith("Follow-on period")]
    assert "Used by CKM, eCKM and BH." in follow_on
    (death,) = [line for line in page.texts("li.shelf-line") if line.startswith("Death")]
    assert "Starts with: the patient died." in death


def test_it_says_how_many_patients_are_on_a_pathway(dana: Visit, engine: Engine) -> None:
    """A number in a sentence, also of nobody."""
    for name in ("Ada Long", "Bo Short"):
        a_patient(engine, name)
    lines = dana.get("/pathways").texts("section[aria-labelledby=tracks-title] li.shelf-line")
    assert "2 patients are on it." in lines[0]
    assert "Nobody is on it now." in lines[1]
    assert "2 patients are on it now." in dana.get(f"/pathways/{newest(engine, 'msk')}").text()


def test_a_version_is_downloaded_whole(dana: Visit, engine: Engine) -> None:
    """The files of the .zip have the version's own hash; their names stay inside the folder."""
    digest = newest(engine, "msk")
    answer = dana.get(f"/pathways/{digest}/download")
    assert "msk_version_1.zip" in answer.headers["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(answer.response.data))
    assert content_hash({name: archive.read(name).decode() for name in archive.namelist()}) == digest


def test_one_file_of_a_version_is_downloaded(dana: Visit, engine: Engine) -> None:
    """As it was published; a path that is not in it leads nowhere."""
    digest = newest(engine, "msk")
    with engine.db.reading() as connection:
        text = version(connection, digest)["sources"]["shared/intake.bpmn"]
    answer = dana.get(f"/pathways/{digest}/download?file=shared/intake.bpmn")
    assert answer.response.text == text
    assert "attachment" in answer.headers["Content-Disposition"]
    assert dana.get(f"/pathways/{digest}/download?file=../../etc/passwd").status == 404


@pytest.mark.parametrize(("who", "may"), [("dana", False), ("iris", False), ("omar", True)])
def test_only_directors_are_offered_to_change_something(visit: Visit, engine: Engine, who: str, may: bool) -> None:
    """Everybody looks at it."""
    visit.signed_in(who)
    for path in ("/pathways", f"/pathways/{newest(engine, 'msk')}"):
        assert ("Change it" in visit.get(path).text()) is may
