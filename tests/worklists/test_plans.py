"""A page among many open tasks is answered from indexes: what it asks does not grow with what there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from engine.store.database import Database
from tests.worklists.rows import DANA, LEE, TODAY, Rows, in_days
from worklists.caseload import MOST, Caseload
from worklists.day import my_day
from worklists.filters import Filter, View

# How each list is read: the index that its stretches lie in. SQLite takes either for what nobody has.
INDEXES: dict[View, tuple[str, ...]] = {
    "mine": ("ix_tasks_open_mine",),
    "unassigned": ("ix_tasks_open_pool", "ix_tasks_open_mine"),
    "team": ("ix_tasks_open_due",),
    "snoozed": ("ix_tasks_snoozed",),
}
WHO: dict[str, Any] = {"email": DANA, "role": "case_manager", "organisation": "main", "today": TODAY}
COPIES = """
INSERT INTO tasks ({columns}) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
SELECT {values} FROM n CROSS JOIN tasks
"""


@pytest.fixture
def many(db: Database) -> Database:
    """Twenty thousand open tasks: a fifth of them Dana's, a fifth nobody's, all due within the next weeks."""
    given: list[dict[str, Any]] = [{}, {"assignee": LEE}, {"assignee": LEE}, {"assignee": LEE}, {"assignee": None}]
    Rows(db).many([(number, "msk", each | {"due_on": in_days(number)}) for number, each in enumerate(given, start=1)])
    with db.writing() as connection:
        columns = [each[0] for each in connection.execute(text("SELECT * FROM tasks LIMIT 0")).cursor.description]
        values = ("id || '-' || n.i" if name == "id" else name for name in columns)
        connection.execute(text(COPIES.format(columns=", ".join(columns), values=", ".join(values))))
    with db.writing() as connection:
        connection.execute(text("ANALYZE"))
    return db


@contextmanager
def asked(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """The queries that are made meanwhile."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        found.append((statement, values))

    event.listen(connection, "before_cursor_execute", note)
    yield found
    event.remove(connection, "before_cursor_execute", note)


def plan(db: Database, connection: Connection, query: tuple[str, Any]) -> str:
    lead = "EXPLAIN (COSTS OFF) " if db.dialect == "postgresql" else "EXPLAIN QUERY PLAN "
    return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(lead + query[0], query[1]))


@pytest.mark.parametrize("view", INDEXES)
def test_each_list_is_read_and_counted_from_its_index(many: Database, view: View) -> None:
    """No query of a list reads the whole table, on either database."""
    with many.reading() as connection:
        with asked(connection) as queries:
            my_day(connection, Filter(view), **WHO)
            Caseload(connection, **WHO).counts(Filter(view))
        plans = [plan(many, connection, query) for query in queries]
    assert any(index in each for each in plans for index in INDEXES[view])
    for each in plans:
        assert "Seq Scan on tasks" not in each
        assert "SCAN tasks\n" not in f"{each}\n"


@pytest.mark.parametrize(
    ("chosen", "role", "index"),
    [
        (Filter("mine"), "lead", "ix_tasks_open_role"),
        (Filter("team", kind="prom"), "case_manager", "ix_tasks_open_of_kind"),
    ],
    ids=["a role's pool", "a kind"],
)
def test_what_few_tasks_fit_is_not_looked_for_among_all(many: Database, chosen: Filter, role: str, index: str) -> None:
    """What is rare in a list is found by an index of its own."""
    with many.reading() as connection:
        with asked(connection) as queries:
            my_day(connection, chosen, **WHO | {"role": role})
            Caseload(connection, **WHO | {"role": role}).counts(chosen)
        plans = [plan(many, connection, query) for query in queries]
    told = "\n".join(plans)
    assert index in told
    assert "Seq Scan on tasks" not in told
    assert "SCAN tasks\n" not in f"{told}\n"


def test_a_count_reads_nothing_but_its_index(many: Database) -> None:
    """A long list's tasks lie all over the table: none is fetched to be counted, but for the few that are urgent."""
    # PostgreSQL reads an index alone only where housekeeping has been: it says so of itself, and not of us.
    expected = "Index" if many.dialect == "postgresql" else "COVERING INDEX"
    with many.reading() as connection:
        with asked(connection) as queries:
            for view in ("mine", "unassigned", "team"):
                Caseload(connection, **WHO).brief(Filter(view))
        for query in (each for each in queries if "FROM tasks" in each[0]):
            told = plan(many, connection, query)
            of_tasks = [line for line in told.splitlines() if "ix_tasks_open" in line]
            assert of_tasks, told
            assert all(expected in line for line in of_tasks)


def test_a_long_list_is_counted_so_far(many: Database) -> None:
    """Beyond that a count says "or more", and no kind of task is left out of the choice."""
    with many.reading() as connection:
        found = Caseload(connection, **WHO).counts(Filter())
        kinds = Caseload(connection, **WHO).by_kind(Filter())
    assert found.said("total") == f"{MOST}+"
    assert (found.said("urgent"), found.people) == ("0", 0)
    assert kinds["prom"].at_least
    assert "safety" in kinds
