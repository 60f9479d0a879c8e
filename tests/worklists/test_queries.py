"""The tasks of a list: which, in what order, and in pages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from engine.errors import InvalidInput
from engine.store import tables
from engine.store.database import Database
from tests.worklists.rows import DANA, LEE, TODAY, Rows, in_days
from worklists.queries import worklist
from worklists.ranking import PRIORITIES, rank


@pytest.fixture
def rows(db: Database) -> Rows:
    return Rows(db)


def ids(db: Database, **chosen: Any) -> list[str]:
    with db.reading() as connection:
        return [task.id for task in worklist(connection, today=TODAY, organisation=None, **chosen).items]


kinds = st.sampled_from(["prom", "safety"])
drawn = st.lists(st.tuples(st.sampled_from(PRIORITIES), st.integers(-20, 20), kinds), min_size=1, max_size=12)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=drawn, size=st.integers(1, 5))
def test_the_database_orders_as_the_ranking_does_and_pages_hold_each_task_once(
    rows: Rows, wanted: list[tuple[str, int, str]], size: int
) -> None:
    """Following `next` to its end gives every task once, in the order of `ranking.rank`."""
    with rows.db.writing() as connection:
        connection.execute(delete(tables.tasks))
    made = rows.many([(1, "msk", {"priority": p, "due_on": in_days(day), "kind": kind}) for p, day, kind in wanted])
    ranks = [rank(i, p, in_days(day), TODAY, kind) for i, (p, day, kind) in zip(made, wanted, strict=True)]
    seen: list[str] = []
    after = None
    with rows.db.reading() as connection:
        while True:
            page = worklist(connection, today=TODAY, organisation=None, after=after, limit=size)
            seen += [task.id for task in page.items]
            after = page.next
            if after is None:
                break
    assert seen == [each.id for each in sorted(ranks)]


def test_a_list_is_one_persons_nobodys_or_everybodys(db: Database, rows: Rows) -> None:
    """Assignee takes an email, or "none" for what nobody has."""
    hers, his, nobodys = rows.task(), rows.task(assignee=LEE), rows.task(assignee=None)
    assert ids(db, assignee=DANA) == [hers]
    assert ids(db, assignee=LEE) == [his]
    assert ids(db, assignee="none") == [nobodys]
    assert sorted(ids(db)) == sorted([hers, his, nobodys])


def test_a_roles_pool_stands_beside_what_is_mine(db: Database, rows: Rows) -> None:
    """What waits for my role and has nobody is mine to do too; what waits for another role is not."""
    hers = rows.task()
    pool = rows.task(assignee=None, role="clinical_director")
    rows.task(assignee=None, role="lead")
    assert sorted(ids(db, assignee=DANA, role="clinical_director")) == sorted([hers, pool])


@pytest.mark.parametrize(("due", "expected"), [("overdue", [-1]), ("today", [0]), ("week", [0, 6])])
def test_a_list_may_hold_what_is_due_in_a_time(db: Database, rows: Rows, due: str, expected: list[int]) -> None:
    """Overdue ends yesterday; the week begins today."""
    made = {day: rows.task(due_on=in_days(day)) for day in (-1, 0, 6, 7)}
    assert ids(db, due=due) == [made[day] for day in expected]


def test_a_search_finds_every_word_in_the_patients_name_or_the_title(db: Database, rows: Rows) -> None:
    """Words may come from both; signs that SQL gives a meaning to have none here."""
    ada = rows.task(1, name="Ada Long", title="Week 12 measures")
    rows.task(2, name="Bea Short", title="Week 12 measures")
    assert ids(db, q="ada week") == [ada]
    assert ids(db, q="100%") == []
    assert ids(db, q="_da") == []


def test_a_list_is_of_one_track_and_kind(db: Database, rows: Rows) -> None:
    """Filters add up."""
    wanted = rows.task(1, "ckm", kind="outreach")
    rows.task(1, "msk", kind="outreach")
    rows.task(1, "ckm", kind="prom")
    assert ids(db, track="ckm", kind="outreach") == [wanted]


def test_a_snoozed_task_is_out_of_sight_until_its_day(db: Database, rows: Rows) -> None:
    """It comes back on the day itself; asked for, it shows."""
    back = rows.task(snoozed_until=TODAY)
    away = rows.task(snoozed_until=in_days(1))
    assert ids(db) == [back]
    assert ids(db, status="snoozed") == [away]


def test_done_tasks_show_when_they_are_asked_for(db: Database, rows: Rows) -> None:
    """The open list never holds them."""
    rows.task()
    done = rows.task(status="done")
    assert ids(db, status="done") == [done]


def test_a_page_that_nobody_made_is_refused(db: Database, rows: Rows) -> None:
    """The error says where to take a page's beginning from."""
    with pytest.raises(InvalidInput, match="take it from `next`"):
        ids(db, after="7")


def test_an_unknown_due_time_is_refused_by_name(db: Database, rows: Rows) -> None:
    """A typing error is not an empty list."""
    with pytest.raises(InvalidInput, match="choose one of overdue, today, week"):
        ids(db, due="tomorrow")


def test_a_row_says_who_it_is_about_and_who_has_it(db: Database, rows: Rows) -> None:
    """No second query for a name."""
    rows.task(1, name="Ada Long")
    with db.reading() as connection:
        (task,) = worklist(connection, today=TODAY, organisation=None).items
    assert (task.patient_name, task.track, task.assignee_name) == ("Ada Long", "msk", "Dana Reed")
