"""What is known of a person is known in all their cases; what is about one track stays there."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from care.errors import ConfigurationError
from engine.application import Engine
from engine.factbook import FactBook
from engine.settings import SHIPPED_PATHWAYS
from engine.shared_facts import Shared, SharedFacts, series_of, shared_facts_from, shared_facts_in
from engine.store import facts as store
from engine.store.cases import case as case_row
from tests.engine.builders import Case, a_case, on_sqlite
from tests.engine.two_tracks import beside, in_two_tracks, small_track

ZONE = ZoneInfo("America/New_York")
SHIPPED = shared_facts_in(SHIPPED_PATHWAYS)


def book_of(case: Case, connection: Any) -> FactBook:
    shared = shared_facts_in(case.engine.library.folder)
    return FactBook(connection, dict(case_row(connection, case.id)), case.clock(), case.engine.zone, shared)


def seen(case: Case, name: str) -> Any:
    with case.engine.db.reading() as connection:
        return book_of(case, connection).value(name)


def test_a_pressure_measured_for_one_track_counts_for_both(engine: Engine, tmp_path: Path) -> None:
    """The value stands once, in the case that recorded it; both cases read it, also as a series."""
    msk, bh = in_two_tracks(engine, tmp_path)
    pressure = [{"code": "8480-6", "value": 152}, {"code": "8462-4", "value": 94}]
    msk.event("measure.recorded", components=pressure, unit="mm[Hg]", source="device")
    assert (seen(msk, "bp.systolic"), seen(bh, "bp.systolic")) == (152, 152)
    assert bh.facts("bp.systolic") == []
    with engine.db.reading() as connection:
        assert book_of(bh, connection).series("bp.systolic") == [{"on": engine.today(), "value": Decimal(152)}]
        (row,) = series_of(connection, case_row(connection, bh.id), "bp.systolic", engine.zone, SHIPPED)
    assert row["case_id"] == msk.id


def test_what_is_about_one_track_is_not_seen_in_another(engine: Engine, tmp_path: Path) -> None:
    """Consent to one programme is not consent to the other."""
    msk, bh = in_two_tracks(engine, tmp_path)
    msk.answer("welcome_and_consent")
    assert seen(msk, "intake.consent") == "given"
    assert seen(bh, "intake.consent") is None


@on_sqlite
def test_an_old_value_of_another_case_is_no_baseline(engine: Engine, tmp_path: Path) -> None:
    """Of 16 days before alignment a laboratory value is read and a pain score is not; one of 15 days before is."""
    small_track(engine, tmp_path)
    msk = a_case(engine)
    msk.event("measure.recorded", code="72514-3", value=7, source="patient")
    msk.event("measure.recorded", code="4548-4", value=8, unit="%", source="lab")
    msk.set_clock(msk.moment(1))
    msk.event("measure.recorded", code="72514-3", value=5, source="patient")
    msk.set_clock(msk.moment(16))
    bh = beside(msk)
    with engine.db.reading() as connection:
        assert [each["value"] for each in book_of(bh, connection).series("nrs.score")] == [5]
    assert seen(bh, "hba1c.value") == 8


@on_sqlite
def test_the_latest_value_wins_whichever_case_learnt_it(engine: Engine, tmp_path: Path) -> None:
    """Both cases agree on it, though it reached one of them later; of two of one instant the one learnt last wins."""
    msk, bh = in_two_tracks(engine, tmp_path)
    true_at = msk.clock() + timedelta(hours=1)
    msk.set_clock(true_at + timedelta(hours=1))
    msk.event("measure.recorded", code="29463-7", value=82, unit="kg", source="patient", occurred_at=true_at)
    bh.event("measure.recorded", code="29463-7", value=80, unit="kg", source="device", occurred_at=msk.moment(0, 9, 1))
    assert (seen(msk, "weight.value"), seen(bh, "weight.value")) == (82, 82)
    msk.set_clock(msk.clock() + timedelta(minutes=1))
    bh.event("measure.recorded", code="29463-7", value=81, unit="kg", source="device", occurred_at=true_at)
    assert (seen(msk, "weight.value"), seen(bh, "weight.value")) == (81, 81)


@on_sqlite
def test_a_timer_that_fires_late_does_not_know_what_another_case_learnt_since(engine: Engine, tmp_path: Path) -> None:
    """As of an earlier instant the later value is not there yet; the case's own values are as they always were."""
    msk, bh = in_two_tracks(engine, tmp_path)
    msk.event("measure.recorded", code="72514-3", value=3, source="patient")
    noon = msk.moment(0, 12)
    msk.set_clock(msk.moment(1))
    msk.event("measure.recorded", code="72514-3", value=8, source="patient")
    with engine.db.reading() as connection:
        book = book_of(bh, connection)
        assert book.value("nrs.score") == 8
        book.as_of = noon
        assert book.value("nrs.score") == 3
        assert [each["value"] for each in book.series("nrs.score")] == [3]


@on_sqlite
def test_one_case_costs_one_look_at_the_patients_cases(engine: Engine) -> None:
    """However many shared facts a command reads; and a fact that is not shared costs nothing more."""
    case = a_case(engine)
    said: list[str] = []
    with engine.db.reading() as connection:
        book = book_of(case, connection)
        event.listen(
            engine.db._engine, "before_cursor_execute", lambda *seen: said.append(" ".join(seen[2].split()))
        )
        for name in ("msk.region", "bp.systolic", "weight.value", "nrs.score", "hrsn.needs", "bp.systolic"):
            book.value(name)
    assert len([each for each in said if "cases.patient_id" in each]) == 1
    assert len(said) == 1 + 5


@on_sqlite
def test_what_a_command_is_told_decides_before_what_another_case_knows(engine: Engine, tmp_path: Path) -> None:
    """The answer just given is what the diagram goes on with; the series holds both, in the order of time."""
    msk, bh = in_two_tracks(engine, tmp_path)
    msk.event("measure.recorded", code="72514-3", value=3, source="patient")
    with engine.db.reading() as connection:
        book = book_of(bh, connection)
        book.record("nrs.score", 6, None, bh.clock() - timedelta(hours=1), "form")
        assert book.value("nrs.score") == 6
        assert [each["value"] for each in book.series("nrs.score")] == [6, 3]


@given(
    aligned_on=st.dates(date(2026, 7, 5), date(2036, 6, 30)),
    name=st.sampled_from(["bp.systolic", "ldl.value", "hrsn_3"]),
)
def test_a_case_reads_from_the_same_local_day_on_in_every_season(aligned_on: date, name: str) -> None:
    """The clocks' change shifts nothing: midnight of the organisation's day, so many days before alignment."""
    since = SHIPPED.since(name, aligned_on, ZONE)
    assert since is not None
    local = since.astimezone(ZONE)
    assert (local.hour, local.minute) == (0, 0)
    assert (aligned_on - local.date()).days == (365 if name == "ldl.value" else 15)


@given(st.text("abhrsnp1._", max_size=12))
def test_a_name_is_shared_by_the_same_rule_in_memory_and_in_the_database(name: str) -> None:
    """What `since` shares is what some reach of a query takes."""
    sharing = SharedFacts((Shared("hrsn_", 15, True), Shared("bp.", 15, True), Shared("a.b", 365, False)), ())
    taken = [
        each
        for each in sharing.reaches(date(2026, 7, 5), ZONE)
        if (name.startswith(each.name) if each.is_prefix else name == each.name)
    ]
    assert (sharing.since(name, date(2026, 7, 5), ZONE) is not None) == bool(taken)


def test_a_configuration_that_cannot_be_read_names_the_field() -> None:
    """A kind of measure that no year knows is refused, with the near name."""
    document = {"id": "shared_facts", "measures": [{"name": "bp", "freshness": "blood_presure"}]}
    with pytest.raises(ConfigurationError, match="did you mean 'blood_pressure'"):
        shared_facts_from(document, {"blood_pressure": 15})


def test_every_case_of_the_patient_lists_the_same_rows_with_where_they_are_from(
    engine: Engine, tmp_path: Path
) -> None:
    """Page after page, on both databases: own facts and shared ones in the order they were recorded, each once."""
    msk, bh = in_two_tracks(engine, tmp_path)
    msk.event("measure.recorded", code="29463-7", value=82, unit="kg", source="patient")
    bh.answer("ask_pain", nrs_1=4)
    msk.answer("welcome_and_consent")
    with engine.db.reading() as connection:
        row = case_row(connection, bh.id)
        reaches = SHIPPED.reaches(row["aligned_on"], engine.zone)
        others = store.other_cases(connection, row["patient_id"], bh.id)
        whole = store.facts_seen(connection, bh.id, others, reaches)
        paged: list[Any] = []
        after = None
        while page := store.facts_seen(connection, bh.id, others, reaches, after=after, limit=2):
            paged += page
            last = page[-1]
            after = store.Recorded(last["recorded_at"], last["case_id"], last["seq"])
    assert [dict(each) for each in paged] == [dict(each) for each in whole]
    assert {each["case_id"] for each in whole} == {msk.id, bh.id}
    assert {each["name"] for each in whole if each["case_id"] == msk.id} == {"weight.value"}
