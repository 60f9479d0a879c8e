"""The folder of pathways as it would be with a draft."""

from __future__ import annotations

from pathlib import Path

from engine.application import Engine
from engine.bundle import PathwayFiles, content_hash
from engine.library import main_file
from engine.settings import SHIPPED_PATHWAYS
from engine.store.database import Database
from engine.store.scenarios import keep_scenario
from engine.store.versions import newest_sources
from engine.studio.drafts import draft_from_version, save
from engine.studio.workspace import sources_of, workspace
from tests.engine.builders import on_sqlite
from tests.engine.studio.small_pathways import CONVERSATION, NOW, RUTH, published, talk


@on_sqlite
def test_a_draft_that_changes_nothing_gives_the_version_it_began_as(engine: Engine) -> None:
    """The very same content hash, for each pathway that is shipped."""
    with engine.db.writing() as connection:
        for row in newest_sources(connection):
            main = main_file(row["sources"], row["process_id"])
            draft_id = draft_from_version(connection, row["hash"], main, by=RUTH, now=NOW)
            with workspace(connection, draft_id, SHIPPED_PATHWAYS) as folder:
                assert content_hash(PathwayFiles(folder).bundle(main)) == row["hash"]


def test_its_own_files_stand_over_its_base_over_the_newest_over_the_shipped(
    db: Database, folder: Path, versions: dict[str, str]
) -> None:
    """Each text is that of the first of them that has the file."""
    (folder / CONVERSATION).write_text(talk("newer"), encoding="utf-8")
    (folder / "msk.bpmn").write_text((folder / "msk.bpmn").read_text("utf-8") + "<!-- newer -->", encoding="utf-8")
    with db.writing() as connection:
        published(connection, folder, "ckm.bpmn")
        (folder / "ckm.bpmn").write_text("<shipped/>", encoding="utf-8")
        (folder / "forms/other.yaml").write_text("id: other", encoding="utf-8")
        keep_scenario(connection, "scenarios/kept.yaml", "title: kept", by=RUTH, now=NOW)
        draft_id = draft_from_version(connection, versions["msk"], "msk.bpmn", by=RUTH, now=NOW)
        save(connection, draft_id, "forms/answer.yaml", "id: answer", 0, by=RUTH, now=NOW)
        texts = sources_of(connection, draft_id, folder)
    assert texts["forms/answer.yaml"] == "id: answer"  # the draft's own
    assert texts[CONVERSATION] == talk("first_talk")  # its base's, though the newest CKM holds another
    assert "newer" not in texts["msk.bpmn"]
    assert texts["ckm.bpmn"] != "<shipped/>"  # the newest version's
    assert texts["forms/other.yaml"] == "id: other"  # what is only shipped
    assert texts["scenarios/kept.yaml"] == "title: kept"  # what directors have saved
