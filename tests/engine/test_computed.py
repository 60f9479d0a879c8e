"""What expressions read that is worked out: the case's ACCESS days and its outcome, on a real case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.application import Engine
from engine.casework import Casework
from engine.catalogue.engine_facts import ACCESS, OUTCOME
from engine.computed import access_of, outcome_values
from tests.engine.builders import DANA, a_case, on_sqlite


@on_sqlite
@pytest.mark.parametrize("track", ["msk", "ckm", "eckm", "bh"])
def test_the_catalogue_knows_what_is_worked_out(engine: Engine, track: str) -> None:
    """A name that lint does not know would be called a slip; one that nothing works out would be null for ever."""
    case = a_case(engine, track=track)
    with engine.db.reading() as connection:
        work = Casework(connection, dict(case.row), DANA, engine.clock.now(), engine.zone, engine.library)
        assert set(access_of(work)) == {name for name, _ in ACCESS.members or ()}
        assert set(outcome_values(work)) == {name for name, _ in OUTCOME.members or ()}


@on_sqlite
def test_days_count_from_alignment_and_from_the_last_report(engine: Engine) -> None:
    """Before the baseline there is no quarter; afterwards it opens 70 days after it."""
    case = a_case(engine, track="bh")
    with engine.db.reading() as connection:
        work = Casework(connection, dict(case.row), DANA, engine.clock.now(), engine.zone, engine.library)
        found = access_of(work)
    assert found["baseline_closes_on"] == case.on(60)
    assert found["end_of_period_opens_on"] == case.on(185)
    assert found["quarterly_opens_on"] is None
    assert found["escalation_update_within"] == timedelta(days=10)
    case.at_day(1)
    with engine.db.reading() as connection:
        work = Casework(connection, dict(case.row), DANA, engine.clock.now(), engine.zone, engine.library)
        assert access_of(work)["quarterly_opens_on"] == case.on(70)
