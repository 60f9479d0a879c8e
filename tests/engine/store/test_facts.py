"""Facts are kept by numbers, and written and read in words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from engine.application import Engine
from engine.store import tables
from engine.store.database import Database
from engine.store.facts import add_facts, decoded, encoded, facts, latest, series
from tests.engine.builders import Case, a_case

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WORD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40)
VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9).map(Decimal),
    st.decimals(-1000, 1000, places=2),
    WORD,
    st.dates(),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.lists(WORD, max_size=3),
)
LATE = st.integers(0, 3).map(timedelta)


@pytest.fixture
def case(engine: Engine) -> Case:
    return a_case(engine)


def fact(case: Case, seq: int, name: str, value: Any, **other: Any) -> dict[str, Any]:
    kind, plain = encoded(value)
    row = {"case_id": case.id, "seq": seq, "name": name, "type": kind, "value": plain, "unit": None, "source": "form"}
    return row | {"effective_at": NOON, "recorded_at": NOON, "command": 1} | other


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(WORD, VALUE, st.none() | WORD, WORD, LATE), min_size=1, max_size=5))
def test_a_fact_is_read_as_it_was_written(engine: Engine, case: Case, told: list[tuple[Any, ...]]) -> None:
    """Whatever its name, value, unit and source, and however late it was learnt; the last of a name is the latest."""
    rows = [
        fact(case, seq, name, value, unit=unit, source=source, recorded_at=NOON + late)
        for seq, (name, value, unit, source, late) in enumerate(told, start=1)
    ]
    with engine.db.rolled_back() as connection:
        add_facts(connection, rows)
        found = [dict(row) for row in facts(connection, case.id)]
        assert found == rows
        assert [decoded(row) for row in found] == [value for _, value, *_ in told]
        for name in {row["name"] for row in rows}:
            of_name = [row for row in rows if row["name"] == name]
            assert series(connection, case.id, name) == of_name
            assert latest(connection, case.id, name) == of_name[-1]


def test_a_fact_of_nobody_is_refused(engine: Engine, case: Case) -> None:
    with pytest.raises(IntegrityError), engine.db.writing() as connection:
        add_facts(connection, [fact(case, 1, "weight.value", 80, case_id="p9-msk-1")])


def test_a_name_that_was_rolled_back_is_given_anew(engine: Engine, case: Case) -> None:
    """The number of a name is as old as the first fact that was kept."""
    with engine.db.rolled_back() as connection:
        add_facts(connection, [fact(case, 1, "grip.left", 31)])
    with engine.db.writing() as connection:
        add_facts(connection, [fact(case, 1, "grip.left", 32)])
    assert [row["value"] for row in case.facts("grip.left")] == [32]


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
@pytest.mark.parametrize("first_stays", [True, False])
def test_two_who_use_a_new_name_at_once_use_one_number(engine: Engine, *, first_stays: bool) -> None:
    """The second waits for the first, whether that is committed or not; no value loses its name."""
    one, other = a_case(engine), a_case(engine)
    given_anew = {"name": "grip.left", "source": "device", "unit": "kg"}
    second = threading.Thread(target=_written, args=(engine.db, fact(other, 1, value=32, **given_anew)))
    with engine.db.alone() as connection:
        add_facts(connection, [fact(one, 1, value=31, **given_anew)])
        second.start()
        _until(lambda: _somebody_waits(engine.db))
        connection.commit() if first_stays else connection.rollback()
    second.join()
    assert [row["value"] for case in (one, other) for row in case.facts("grip.left")] == [31, 32][not first_stays :]
    with engine.db.reading() as connection:
        names = connection.execute(select(tables.fact_names.c.name)).scalars().all()
    assert names.count("grip.left") == 1


def _written(db: Database, row: dict[str, Any]) -> None:
    with db.writing() as connection:
        add_facts(connection, [row])


def _somebody_waits(db: Database) -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with db.reading() as connection:
        return bool(connection.execute(text(waiting)).scalar_one())


def _until(is_so: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not is_so():
        pause.wait(0.02)
