"""Answers begun and not sent."""

from __future__ import annotations

from datetime import timedelta

from engine.store.database import Database
from tests.worklists.rows import DANA, LEE, NOW, Rows
from worklists.drafts import draft, forget_draft, keep_draft


def test_the_latest_draft_is_kept_for_the_one_who_wrote_it(db: Database) -> None:
    """A colleague who opens the task sees none of it."""
    task = Rows(db).task()
    later = NOW + timedelta(minutes=1)
    with db.writing() as connection:
        keep_draft(connection, task, DANA, {"answer-note": ["first"]}, NOW)
        keep_draft(connection, task, DANA, {"answer-note": ["second"]}, later)
    with db.reading() as connection:
        kept = draft(connection, task, DANA)
        assert kept is not None
        assert (kept.data, kept.saved_at) == ({"answer-note": ["second"]}, later)
        assert draft(connection, task, LEE) is None


def test_a_draft_goes_when_its_task_is_done(db: Database) -> None:
    """Forgetting one that is not there does nothing."""
    task = Rows(db).task()
    with db.writing() as connection:
        keep_draft(connection, task, DANA, {}, NOW)
        forget_draft(connection, task, DANA)
        forget_draft(connection, task, DANA)
        assert draft(connection, task, DANA) is None
