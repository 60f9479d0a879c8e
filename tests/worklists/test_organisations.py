"""What an organisation sees is what all see, less the patients of others: whichever list it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert

from engine.settings import SHIPPED_PATHWAYS
from engine.store import tables
from engine.store.database import Database
from engine.store.patients import patients_after
from tests.worklists.rows import DANA, LEE, TODAY, Rows, in_days
from worklists.caseload import Caseload, team_loads
from worklists.day import my_day
from worklists.filters import VIEWS, Filter
from worklists.outcomes import Judgement, outcomes_of_year, performance_years
from worklists.people_list import patient_list
from worklists.queries import worklist

ORGANISATIONS = ("main", "north", "south")
A_TASK = st.tuples(
    st.integers(1, 6),  # whose
    st.sampled_from(["msk", "ckm"]),
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["prom", "safety", "sdoh"]),
            "due_on": st.integers(-5, 20).map(in_days),
            "assignee": st.sampled_from([DANA, LEE, None]),
            "status": st.sampled_from(["open", "open", "open", "done"]),
        }
    ),
)
_EMPTIED = (tables.tasks, tables.processes, tables.cases, tables.patients)


def lay(db: Database, rows: Rows, whose: list[str], found: list[tuple[int, str, dict[str, Any]]]) -> None:
    """Patients of these organisations, and tasks of some of them."""
    with db.writing() as connection:
        for table in _EMPTIED:
            connection.execute(delete(table))
    for number, organisation in enumerate(whose, start=1):
        rows.patient(number, organisation=organisation)
    rows.many([(number, track, dict(given)) for number, track, given in found])


@pytest.fixture
def rows(db: Database) -> Rows:
    with db.writing() as connection:
        names = [{"id": each, "name": each} for each in ORGANISATIONS if each != "main"]
        connection.execute(insert(tables.organisations), names)
    return Rows(db)


def patients_in_day(connection: Connection, organisation: str | None, chosen: Filter) -> list[str]:
    day = my_day(connection, chosen, email=DANA, role="case_manager", organisation=organisation, today=TODAY)
    return [row.task.id for band in day.bands for person in band.people for row in person.rows]


def outcomes(connection: Connection, organisation: str | None) -> list[str]:
    judged = Judgement(Path(SHIPPED_PATHWAYS), date(2026, 8, 1), ZoneInfo("America/New_York"))
    return [each.case_id for each in outcomes_of_year(connection, judged, 2025, organisation=organisation)]


LISTS: dict[str, Callable[[Connection, str | None], list[str]]] = {
    "worklist": lambda c, o: [each.id for each in worklist(c, today=TODAY, organisation=o, limit=500).items],
    "patients": lambda c, o: [each.id for each in patient_list(c, today=TODAY, organisation=o).items],
    "api patients": lambda c, o: [row["id"] for row in patients_after(c, 0, 500, organisation=o)],
    "programme": outcomes,
    **{f"day, {view}": lambda c, o, v=view: patients_in_day(c, o, Filter(v)) for view in VIEWS},  # type: ignore[misc]
}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(whose=st.lists(st.sampled_from(ORGANISATIONS), min_size=6, max_size=6), found=st.lists(A_TASK, max_size=14))
def test_a_list_is_the_whole_list_of_ones_own_patients(
    db: Database, rows: Rows, whose: list[str], found: list[tuple[int, str, dict[str, Any]]]
) -> None:
    """In the same order, with nobody else's and without losing one."""
    lay(db, rows, whose, found)
    of = {f"p{number}": organisation for number, organisation in enumerate(whose, start=1)}
    with db.reading() as connection:
        for name, listed in LISTS.items():
            everybody = sorted(listed(connection, None)) if name.startswith("day") else listed(connection, None)
            for organisation in ORGANISATIONS:
                own = [each for each in everybody if of[each.partition("-")[0]] == organisation]
                shown = listed(connection, organisation)
                assert (sorted(shown) if name.startswith("day") else shown) == own, name


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(whose=st.lists(st.sampled_from(ORGANISATIONS), min_size=6, max_size=6), found=st.lists(A_TASK, max_size=14))
def test_counts_of_organisations_add_up_to_the_whole(
    db: Database, rows: Rows, whose: list[str], found: list[tuple[int, str, dict[str, Any]]]
) -> None:
    """Each task is counted for exactly one of them."""
    lay(db, rows, whose, found)
    who: dict[str, Any] = {"email": DANA, "role": "case_manager", "today": TODAY}
    with db.reading() as connection:

        def totals(organisation: str | None) -> list[int]:
            chosen = Filter("team")
            by_track = Caseload(connection, organisation=organisation, **who).by_track(chosen)
            by_kind = Caseload(connection, organisation=organisation, **who).by_kind(chosen)
            loads = team_loads(connection, organisation=organisation, today=TODAY)
            whole = Caseload(connection, organisation=organisation, **who).counts(chosen)
            groups = (by_track.values(), by_kind.values(), (load.counts for load in loads), (whole,))
            return [whole.people, *(sum(each.total for each in group) for group in groups)]

        parts = [totals(organisation) for organisation in ORGANISATIONS]
        assert [sum(column) for column in zip(*parts, strict=True)] == totals(None)
        years = {year for each in ORGANISATIONS for year in performance_years(connection, organisation=each)}
        assert sorted(years, reverse=True) == performance_years(connection, organisation=None)
