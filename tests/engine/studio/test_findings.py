"""What lint finds in a draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.store.database import Database
from engine.studio.drafts import draft_from_version, save
from engine.studio.findings import findings_of
from tests.engine.builders import on_sqlite
from tests.engine.studio.small_pathways import CONVERSATION, NOW, RUTH, talk, track_diagram

pytestmark = on_sqlite


def found(db: Database, folder: Path, base: str, path: str, text: str) -> list[tuple[str, str | None]]:
    """The file and element of each finding of a draft that saves one file."""
    with db.writing() as connection:
        draft_id = draft_from_version(connection, base, "msk.bpmn", by=RUTH, now=NOW)
        save(connection, draft_id, path, text, 0, by=RUTH, now=NOW)
        return [(each.file, each.element) for each in findings_of(connection, draft_id, folder).found]


def test_a_fault_that_is_drawn_is_found_on_its_element(db: Database, folder: Path, versions: dict[str, str]) -> None:
    """A new task whose form is not there yet."""
    text = talk("first_talk", "second_talk").replace('form="answer"', 'form="nowhere"', 2)
    assert {element for _, element in found(db, folder, versions["msk"], CONVERSATION, text)} == {
        "first_talk",
        "second_talk",
    }


def test_what_a_change_breaks_elsewhere_is_found_there(db: Database, folder: Path, versions: dict[str, str]) -> None:
    """Both tracks call a process that has another id now, though neither was changed."""
    places = found(db, folder, versions["msk"], CONVERSATION, talk("first_talk").replace('id="talk"', 'id="speech"'))
    elsewhere = {place for place in places if place[0] != CONVERSATION}
    assert elsewhere == {("ckm.bpmn", "conversation"), ("msk.bpmn", "conversation")}


def test_what_was_at_fault_before_and_elsewhere_is_not_told(
    db: Database, folder: Path, versions: dict[str, str]
) -> None:
    """A director sees what she changes, not what others left behind."""
    (folder / "other.bpmn").write_text(track_diagram("ckm").replace('"talk"', '"nowhere"'), encoding="utf-8")
    places = found(db, folder, versions["msk"], "msk.bpmn", track_diagram("msk").replace('name="msk"', 'name="MSK"'))
    assert [place for place in places if place[0] != "msk.bpmn"] == []


@pytest.mark.parametrize("text", ["fields: [", "just words", "id: answer\nfields: 7\n"])
def test_a_form_that_cannot_be_read_is_a_finding(
    db: Database, folder: Path, versions: dict[str, str], text: str
) -> None:
    """Half a form is kept while it is written, and named."""
    assert "forms/answer.yaml" in {file for file, _ in found(db, folder, versions["msk"], "forms/answer.yaml", text)}
