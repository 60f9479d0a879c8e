"""A list that is read from whom it is about holds what it would hold if all tasks were looked at."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from engine.store import tables
from engine.store.database import Database
from tests.worklists.rows import DANA, LEE, TODAY, Rows, in_days
from worklists.caseload import Caseload
from worklists.filters import Filter
from worklists.ranking import PRIORITIES, Rank, rank
from worklists.reach import FEW, MOST_OTHERS, weighed
from worklists.runs import first_ids
from worklists.wanted import wanted

NAMES = ("Ada Long", "Ada Week", "Bea Long", "Cal_100%")
TITLES = ("Week 12 measures", "Call Ada", "Close the year")
NORTH = (7, 40)  # patients of a small organisation, among forty
Task = tuple[int, dict[str, Any]]
drawn = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 3, *NORTH]),
        st.fixed_dictionaries(
            {
                "title": st.sampled_from(TITLES),
                "priority": st.sampled_from(PRIORITIES),
                "kind": st.sampled_from(["prom", "safety"]),
                "due_on": st.integers(-5, 10).map(in_days),
                "assignee": st.sampled_from([DANA, LEE, None]),
                "role": st.sampled_from(["lead", "case_manager"]),
            }
        ),
    ),
    max_size=12,
)
words = st.none() | st.lists(st.sampled_from(["ada", "LONG", "week", "a", "100%", "nobody"]), max_size=3).map(" ".join)
whose: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"assignee": "none"}, {"assignee": DANA}, {"assignee": DANA, "role": "lead"}]
)


@pytest.fixture
def rows(db: Database) -> Rows:
    """Forty patients without tasks."""
    with db.writing() as connection:
        connection.execute(insert(tables.organisations).values(id="north", name="North"))
    rows = Rows(db)
    for number in range(1, 41):
        organisation = "north" if number in NORTH else "main"
        rows.patient(number, name=_name(number), organisation=organisation)
    return rows


@pytest.mark.parametrize(
    ("few", "others"),
    [(FEW, 0), (0, 0), (FEW, MOST_OTHERS)],
    ids=["read whole", "read in order", "read but for others"],
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=drawn, q=words, who=whose, organisation=st.sampled_from([None, "main", "north"]))
def test_a_list_holds_what_fits_in_its_order(
    rows: Rows, few: int, others: int, found: list[Task], q: str | None, who: dict[str, Any], organisation: str | None
) -> None:
    """Page by page, whether what is reached is few or many; and as many are counted."""
    with rows.db.writing() as connection:
        connection.execute(delete(tables.tasks))
    made = rows.many([(number, "msk", dict(task)) for number, task in found])
    fits = [(i, n, t) for i, (n, t) in zip(made, found, strict=True) if _fits(n, t, q, who, organisation)]
    expected = sorted(_rank(i, task) for i, _, task in fits)
    seen: list[Rank] = []
    ranks = {i: _rank(i, task) for i, (_, task) in zip(made, found, strict=True)}
    with rows.db.reading() as connection:
        asked = weighed(connection, wanted(today=TODAY, organisation=organisation, q=q, **who), few=few, others=others)
        while True:
            after = seen[-1] if seen else None
            page = first_ids(connection, asked, today=TODAY, after=after, limit=2)
            if not page:
                break
            seen += [ranks[each] for each in page]
        counted = Caseload(connection, DANA, "case_manager", organisation, TODAY).counts(Filter("team", q=q))
    assert seen == expected
    if not who:
        assert counted.total == len(expected)


def _name(number: int) -> str:
    return NAMES[number % len(NAMES)]


def _rank(task_id: str, task: dict[str, Any]) -> Rank:
    return rank(task_id, task["priority"], task["due_on"], TODAY, task["kind"])


def _fits(number: int, task: dict[str, Any], q: str | None, who: dict[str, Any], organisation: str | None) -> bool:
    texts = (_name(number).lower(), task["title"].lower())
    says = all(any(word in text for text in texts) for word in (q or "").lower().split())
    cared_for = organisation in (None, "north" if number in NORTH else "main")
    return says and cared_for and _is_for(task, who)


def _is_for(task: dict[str, Any], who: dict[str, Any]) -> bool:
    nobodys = task["assignee"] is None and who.get("role") in (None, task["role"])
    if "role" in who:
        return nobodys or task["assignee"] == who["assignee"]
    return not who or task["assignee"] == (None if who["assignee"] == "none" else who["assignee"])
