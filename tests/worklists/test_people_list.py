"""All patients by name."""

from __future__ import annotations

import pytest

from engine.store.database import Database
from tests.worklists.rows import TODAY, Rows, in_days
from worklists.people_list import PAGE, patient_list


def test_a_patient_stands_with_their_cases_and_what_waits(db: Database) -> None:
    """Enrolled or not, everybody is in the list."""
    rows = Rows(db)
    rows.task(1, name="Bea Short", due_on=in_days(-1))
    rows.task(1, "ckm")
    rows.patient(2, name="Ada Long")
    with db.reading() as connection:
        ada, bea = patient_list(connection, today=TODAY, organisation=None).items
    assert (ada.name, ada.cases, ada.open_tasks) == ("Ada Long", (), 0)
    assert (bea.open_tasks, bea.overdue) == (2, 1)
    assert sorted((line.track, line.day) for line in bea.cases) == [("ckm", 40), ("msk", 40)]


@pytest.mark.parametrize("q", ["lon ad", "1EG4-TE5-MK73", "1eg4te5mk73", "p1"])
def test_a_patient_is_found_by_words_of_the_name_by_mbi_and_by_id(db: Database, q: str) -> None:
    """As it is written on the card, or as somebody remembers it."""
    rows = Rows(db)
    rows.patient(1, name="Ada Long", mbi="1EG4TE5MK73")
    rows.patient(2, name="Bea Short")
    with db.reading() as connection:
        found = patient_list(connection, today=TODAY, organisation=None, q=q).items
        assert [each.name for each in found] == ["Ada Long"]


def test_following_pages_give_everybody_once(db: Database) -> None:
    """Two of one name too, across the end of a page."""
    rows = Rows(db)
    names = ["Same Name"] * 3 + [f"Person {n:02}" for n in range(PAGE - 1)]
    for number, name in enumerate(names, 1):
        rows.patient(number, name=name)
    with db.reading() as connection:
        first = patient_list(connection, today=TODAY, organisation=None)
        second = patient_list(connection, today=TODAY, organisation=None, after=first.next)
    seen = [each.id for each in (*first.items, *second.items)]
    assert len(seen) == len(set(seen)) == first.total == len(names)
    assert second.next is None
