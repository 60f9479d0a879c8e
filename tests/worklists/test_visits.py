"""One sitting with one patient."""

from __future__ import annotations

from engine.store.database import Database
from tests.worklists.rows import DANA, LEE, TODAY, Rows, in_days
from worklists.visits import visit


def test_a_visit_holds_each_open_task_once(db: Database) -> None:
    """To do together across tracks, what presses alone, and what is another's or later beside it."""
    rows = Rows(db)
    soon, late = rows.task(due_on=in_days(6)), rows.task(track="bh", due_on=in_days(-1))
    urgent = rows.task(priority="urgent")
    safety = rows.task(kind="safety")
    his, later = rows.task(assignee=LEE), rows.task(due_on=in_days(7))
    rows.task(2)
    rows.task(snoozed_until=in_days(2))
    rows.task(status="done")
    with db.reading() as connection:
        found = visit(connection, "p1", email=DANA, role="case_manager", today=TODAY)
    assert [task.id for task in found.together] == [late, soon]
    assert [task.id for task in found.alone] == [urgent, safety]
    assert [task.id for task in found.others] == [his, later]
    assert len(found.tasks) == len({task.id for task in found.tasks}) == 6
