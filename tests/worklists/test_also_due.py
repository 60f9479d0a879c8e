"""What else is due for the same patient."""

from __future__ import annotations

from engine.store.database import Database
from tests.worklists.rows import DANA, LEE, TODAY, Rows, in_days
from worklists.also_due import also_due


def test_the_patients_other_tasks_of_the_week_are_offered(db: Database) -> None:
    """Mine and my role's pool to do now; a colleague's to know of; other patients', snoozed and later ones not."""
    rows = Rows(db)
    done = rows.task()
    hers, pool, his = rows.task(due_on=in_days(6)), rows.task(assignee=None), rows.task(assignee=LEE)
    rows.task(2)
    rows.task(due_on=in_days(7))
    rows.task(snoozed_until=in_days(2))
    with db.reading() as connection:
        offer = also_due(connection, "p1", besides=done, email=DANA, role="case_manager", today=TODAY)
    assert [task.id for task in offer.mine] == [pool, hers]
    assert [task.id for task in offer.others] == [his]


def test_nothing_else_due_is_no_offer(db: Database) -> None:
    """An empty box is not shown."""
    task = Rows(db).task()
    with db.reading() as connection:
        assert not also_due(connection, "p1", besides=task, email=DANA, role="case_manager", today=TODAY)


def test_what_presses_is_not_offered_to_be_done_together(db: Database) -> None:
    """It is named with the others and done for itself."""
    rows = Rows(db)
    done, other = rows.task(), rows.task(track="bh")
    rows.task(priority="urgent")
    rows.task(kind="safety")
    with db.reading() as connection:
        offer = also_due(connection, "p1", besides=done, email=DANA, role="case_manager", today=TODAY)
    assert len(offer.mine) == 3
    assert [task.id for task in offer.together] == [other]
