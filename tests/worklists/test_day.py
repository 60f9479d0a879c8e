"""A person's day, arranged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.store.database import Database
from tests.worklists.rows import DANA, TODAY, Rows, a_row, in_days
from worklists.day import arranged, my_day
from worklists.filters import Filter
from worklists.ranking import PRIORITIES, rank


def test_a_patients_tasks_of_one_band_stand_on_one_card() -> None:
    """One call does for both; what is due another time stands in its own band."""
    tasks = [
        a_row(id="a", due_on=in_days(-2)),
        a_row(id="b", patient_id="p2", due_on=in_days(-1)),
        a_row(id="c", due_on=in_days(-1)),
        a_row(id="d", due_on=TODAY),
    ]
    day = arranged(tasks, TODAY)
    overdue, today = day.bands
    assert [[row.task.id for row in person.rows] for person in overdue.people] == [["a", "c"], ["b"]]
    assert (overdue.title, overdue.count, today.title) == ("Overdue", 3, "Today")


def test_a_card_says_which_day_of_which_year_it_is() -> None:
    """A patient in two tracks has two days."""
    tasks = [
        a_row(id="a", due_on=TODAY),
        a_row(id="b", due_on=TODAY, case_id="p1-ckm-1", track="ckm", aligned_on=in_days(-3)),
    ]
    (band,) = arranged(tasks, TODAY).bands
    assert band.people[0].cases == (("msk", 40), ("ckm", 3))


@given(st.lists(st.tuples(st.sampled_from(PRIORITIES), st.integers(-9, 9), st.sampled_from(["p1", "p2", "p3"]))))
def test_no_task_is_lost_or_doubled_by_arranging(wanted: list[tuple[str, int, str]]) -> None:
    """Every task that comes in stands in the day once, and the counts say so."""
    tasks = [a_row(id=f"t{n}", priority=p, due_on=in_days(d), patient_id=who) for n, (p, d, who) in enumerate(wanted)]
    tasks.sort(key=lambda task: rank(task.id, task.priority, task.due_on, TODAY))
    day = arranged(tasks, TODAY)
    assert sorted(day.ids()) == sorted(task.id for task in tasks)
    assert day.shown == sum(band.count for band in day.bands) == len(tasks)


def test_a_day_says_that_there_is_more_than_it_shows(db: Database) -> None:
    """A cut list is never taken for the whole."""
    rows = Rows(db)
    rows.many([(1, "msk", {}) for _ in range(3)])
    with db.reading() as connection:
        whole = my_day(connection, Filter(), email=DANA, role="case_manager", today=TODAY)
        cut = my_day(connection, Filter(show=2), email=DANA, role="case_manager", today=TODAY)
    assert (whole.shown, whole.more) == (3, False)
    assert (cut.shown, cut.more) == (2, True)
