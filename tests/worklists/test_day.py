"""A person's day, arranged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from engine.store.database import Database
from tests.worklists.rows import DANA, LEE, TODAY, Rows, a_row, in_days
from worklists.day import MyDay, arranged, my_day
from worklists.filters import Filter
from worklists.ranking import PRIORITIES, rank


def seen(day: MyDay) -> dict[str, list[list[str]]]:
    return {band.title: [[row.task.id for row in person.rows] for person in band.people] for band in day.bands}


def test_a_patient_stands_once_where_their_first_task_does() -> None:
    """One call does for all of the week, in either track; another patient keeps their place, and later stays later."""
    tasks = [
        a_row(id="a", due_on=in_days(-2)),
        a_row(id="b", patient_id="p2", due_on=in_days(-1)),
        a_row(id="c", due_on=TODAY, case_id="p1-bh-1", track="bh"),
        a_row(id="d", patient_id="p3", due_on=TODAY),
        a_row(id="e", due_on=in_days(6)),
        a_row(id="f", due_on=in_days(7)),
    ]
    day = arranged(tasks, TODAY)
    assert seen(day) == {"Overdue": [["a", "c", "e"], ["b"]], "Today": [["d"]], "Later": [["f"]]}
    assert (day.bands[0].count, day.bands[0].due) == (4, 2)


def test_what_presses_is_never_in_a_bundle() -> None:
    """An urgent task and a safety task of any priority stand at the top; the patient's others where they belong."""
    tasks = [
        a_row(id="u", priority="urgent", due_on=in_days(3)),
        a_row(id="s", kind="safety", due_on=in_days(5)),
        a_row(id="a", due_on=in_days(-1)),
        a_row(id="b", due_on=TODAY),
    ]
    day = arranged(tasks, TODAY, email=DANA, role="case_manager")
    assert seen(day) == {"Now": [["u", "s"]], "Overdue": [["a", "b"]]}
    now, overdue = (band.people[0] for band in day.bands)
    assert (now.together, [task.id for task in overdue.together]) == ((), ["a", "b"])


def test_a_bundle_holds_what_one_person_can_do() -> None:
    """A colleague's and another role's tasks stand on the card and are not offered; one task alone is no bundle."""
    tasks = [
        a_row(id="a", due_on=TODAY),
        a_row(id="b", due_on=TODAY, assignee=LEE),
        a_row(id="c", due_on=TODAY, assignee=None, role="clinical_director"),
    ]
    assert arranged(tasks, TODAY, email=DANA, role="case_manager").bands[0].people[0].together == ()
    pool = a_row(id="d", due_on=TODAY, assignee=None)
    (person,) = arranged([*tasks, pool], TODAY, email=DANA, role="case_manager").bands[0].people
    assert [task.id for task in person.together] == ["a", "d"]


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
        whole = my_day(connection, Filter(), email=DANA, role="case_manager", organisation=None, today=TODAY)
        cut = my_day(connection, Filter(show=2), email=DANA, role="case_manager", organisation=None, today=TODAY)
    assert (whole.shown, whole.more) == (3, False)
    assert (cut.shown, cut.more) == (2, True)


def test_the_list_is_as_many_queries_however_many_patients_and_tracks(db: Database) -> None:
    """Bundling costs no further look into the database, and none is made for each task or patient."""
    rows = Rows(db)
    said: list[str] = []
    event.listen(db._engine, "before_cursor_execute", lambda *seen: said.append(seen[2]))

    def look() -> tuple[int, int, int]:
        said.clear()
        with db.reading() as connection:
            day = my_day(connection, Filter(), email=DANA, role="case_manager", organisation=None, today=TODAY)
        return day.shown, len(day.bands[0].people), len([each for each in said if each.startswith("SELECT")])

    rows.many([(1, "msk", {})])
    few = look()
    rows.many([(number, track, {}) for number in range(2, 10) for track in ("msk", "bh", "bh")])
    many = look()
    assert few[:2] == (1, 1)
    assert many[:2] == (25, 9)
    assert few[2] == many[2] == 4
