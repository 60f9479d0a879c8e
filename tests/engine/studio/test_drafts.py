"""A draft: begun, saved, saved by two at once, over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from engine.errors import InvalidInput, NotFound, Refused, SavedMeanwhile
from engine.store.database import Database
from engine.studio.drafts import Window, discard, draft, draft_from_version, opened_file, save, take_back
from engine.studio.presence import be_seen, leave, others
from tests.engine.studio.small_pathways import CONVERSATION, NOW, OMAR, RUTH, talk

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def draft_id(db: Database, versions: dict[str, str]) -> int:
    with db.writing() as connection:
        return draft_from_version(connection, versions["msk"], CONVERSATION, by=RUTH, now=NOW)


def test_a_save_is_what_the_next_one_opens(db: Database, draft_id: int, folder: Path) -> None:
    """With its revision; the published text stands there before."""
    with db.writing() as connection:
        before = opened_file(connection, draft_id, CONVERSATION, folder)
        assert (before.text, before.revision, before.changed) == (talk("first_talk"), 0, False)
        saved = save(connection, draft_id, CONVERSATION, talk("first_talk", "second_talk"), 0, by=RUTH, now=LATER)
    with db.reading() as connection:
        after = opened_file(connection, draft_id, CONVERSATION, folder)
        assert (after.text, after.revision, after.changed) == (talk("first_talk", "second_talk"), saved.revision, True)
        assert (draft(connection, draft_id).saved_by, draft(connection, draft_id).saved_at) == (RUTH, LATER)


def test_a_save_from_an_older_text_is_refused_with_the_other_text(db: Database, draft_id: int, folder: Path) -> None:
    """It says who saved and when; named again with the kept revision it goes through: nothing is lost unseen."""
    mine, theirs = talk("first_talk", "mine"), talk("first_talk", "theirs")
    with db.writing() as connection:
        save(connection, draft_id, CONVERSATION, theirs, 0, by=OMAR, now=LATER)
        save(connection, draft_id, "forms/answer.yaml", "id: answer\ntitle: New\n", 0, by=RUTH, now=LATER)
    with pytest.raises(SavedMeanwhile) as refused, db.writing() as connection:
        save(connection, draft_id, CONVERSATION, mine, 0, by=RUTH, now=LATER)
    told = refused.value
    assert (told.by, told.at, told.text) == ("Omar Reyes", LATER, theirs)
    with db.writing() as connection:
        save(connection, draft_id, CONVERSATION, mine, told.revision, by=RUTH, now=LATER)
        assert opened_file(connection, draft_id, CONVERSATION, folder).text == mine


def test_saving_what_is_kept_already_changes_nothing(db: Database, draft_id: int) -> None:
    """A form sent twice, or two who drew the same: no conflict, no new revision."""
    text = talk("first_talk", "second_talk")
    with db.writing() as connection:
        first = save(connection, draft_id, CONVERSATION, text, 0, by=RUTH, now=LATER)
        assert save(connection, draft_id, CONVERSATION, text, 0, by=OMAR, now=LATER) == first


def test_a_window_goes_on_from_its_own_last_save_whose_answer_was_lost(
    db: Database, draft_id: int, folder: Path
) -> None:
    """With a later text only: what was held up on its way, and what another window saves, is refused."""
    first, later, other = talk("first_talk", "a"), talk("first_talk", "a", "b"), talk("first_talk", "c")
    with db.writing() as connection:
        save(connection, draft_id, CONVERSATION, first, 0, by=RUTH, now=LATER, window=Window("here", 1))
        saved = save(connection, draft_id, CONVERSATION, later, 0, by=RUTH, now=LATER, window=Window("here", 2))
        assert (saved.revision, opened_file(connection, draft_id, CONVERSATION, folder).text) == (2, later)
    for by, is_own, window in (
        (RUTH, True, Window("here", 1)),
        (RUTH, True, Window("there", 9)),
        (RUTH, True, None),
        (OMAR, False, Window("here", 9)),
    ):
        with pytest.raises(SavedMeanwhile) as refused, db.writing() as connection:
            save(connection, draft_id, CONVERSATION, other, 1, by=by, now=LATER, window=window)
        assert refused.value.is_own is is_own


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("../secret.bpmn", "<a/>", "no file that can be changed here"),
        ("instruments/phq9.yaml", "id: phq9", "no file that can be changed here"),
        (CONVERSATION, "<a>\n<b>\n</a>", "line 3"),
        (CONVERSATION, '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "DOCTYPE"),
        ("forms/answer.yaml", "id: answer\ntitle: \0", "line 2"),
        ("forms/answer.yaml", "title: \ud800", "line 1"),
    ],
)
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_what_is_no_text_of_its_kind_is_not_kept(db: Database, draft_id: int, path: str, text: str, words: str) -> None:
    """The sentence names the file or the line."""
    with pytest.raises(InvalidInput, match=words), db.writing() as connection:
        save(connection, draft_id, path, text, 0, by=RUTH, now=LATER)


def test_a_draft_that_is_over_is_not_edited(db: Database, draft_id: int) -> None:
    """Nor discarded twice."""
    with db.writing() as connection:
        discard(connection, draft_id, by=RUTH, now=LATER)
        with pytest.raises(Refused, match="discarded"):
            save(connection, draft_id, CONVERSATION, talk("x"), 0, by=OMAR, now=LATER)
        with pytest.raises(Refused, match="discarded"):
            discard(connection, draft_id, by=OMAR, now=LATER)


def test_a_file_taken_back_is_as_published(db: Database, draft_id: int, folder: Path) -> None:
    """And counts as not changed."""
    with db.writing() as connection:
        save(connection, draft_id, CONVERSATION, talk("x"), 0, by=RUTH, now=LATER)
        assert take_back(connection, draft_id, CONVERSATION, folder, by=RUTH, now=LATER)
        assert not opened_file(connection, draft_id, CONVERSATION, folder).changed


@pytest.mark.parametrize("number", [404, 2**31, 10**30])
def test_a_number_of_no_draft_is_not_found(db: Database, number: int) -> None:
    """Also one that no column holds."""
    with pytest.raises(NotFound), db.reading() as connection:
        draft(connection, number)


def test_a_draft_begins_with_a_file_of_its_version(db: Database, versions: dict[str, str]) -> None:
    """Any other file is not found."""
    with pytest.raises(NotFound), db.writing() as connection:
        draft_from_version(connection, versions["msk"], "ckm.bpmn", by=RUTH, now=NOW)


def test_who_has_it_open_is_named_for_a_minute(db: Database, draft_id: int) -> None:
    """To the others, not to themselves; at once no more when the editor is closed."""
    with db.writing() as connection:
        be_seen(connection, draft_id, OMAR, CONVERSATION, NOW)
        be_seen(connection, draft_id, RUTH, CONVERSATION, NOW)
        assert [each.name for each in others(connection, draft_id, RUTH, NOW + timedelta(seconds=59))] == ["Omar Reyes"]
        assert others(connection, draft_id, RUTH, NOW + timedelta(seconds=60)) == ()
        leave(connection, draft_id, OMAR)
        assert others(connection, draft_id, RUTH, NOW) == ()
