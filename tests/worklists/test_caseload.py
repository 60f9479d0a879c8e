"""How much there is to do, counted."""

from __future__ import annotations

from typing import Any

from engine.store.database import Database
from tests.worklists.rows import DANA, LEE, TODAY, Rows, in_days
from worklists.caseload import Caseload, Counts, team_loads
from worklists.filters import Filter

DANAS: dict[str, Any] = {"email": DANA, "role": "case_manager", "organisation": None, "today": TODAY}


def test_counts_say_what_presses_each_task_once(db: Database) -> None:
    """An urgent task that is late counts as urgent; people are patients, not tasks."""
    rows = Rows(db)
    rows.task(1, priority="urgent", due_on=in_days(-1))
    rows.task(1, due_on=in_days(-1))
    rows.task(2, due_on=TODAY)
    rows.task(2, due_on=in_days(9))
    rows.task(3, assignee=LEE)
    with db.reading() as connection:
        assert Caseload(connection, **DANAS).counts(Filter()) == Counts(total=4, urgent=1, overdue=1, today=1, people=2)
        assert Caseload(connection, **DANAS).counts(Filter("team")).total == 5


def test_an_empty_list_counts_zero(db: Database) -> None:
    """Sums over nothing are numbers too."""
    Rows(db)
    with db.reading() as connection:
        assert Caseload(connection, **DANAS).counts(Filter()) == Counts()


def test_the_largest_part_of_a_list_comes_first(db: Database) -> None:
    """By track and by kind."""
    rows = Rows(db)
    rows.many([(1, "ckm", {"kind": "sdoh"}), (1, "msk", {}), (2, "ckm", {})])
    with db.reading() as connection:
        assert list(Caseload(connection, **DANAS).by_track(Filter())) == ["ckm", "msk"]
        assert list(Caseload(connection, **DANAS).by_kind(Filter())) == ["prom", "sdoh"]


def test_what_nobody_has_stands_first_in_the_team(db: Database) -> None:
    """Then who has most."""
    rows = Rows(db)
    rows.many([(1, "msk", {"assignee": who}) for who in (None, LEE, LEE, DANA)])
    with db.reading() as connection:
        loads = team_loads(connection, organisation=None, today=TODAY)
    assert [(load.name, load.counts.total) for load in loads] == [("Nobody yet", 1), ("Lee Chen", 2), ("Dana Reed", 1)]
