"""A patient's measures over the year, with their targets."""

from __future__ import annotations

from decimal import Decimal

from engine.application import Engine
from engine.clock import SetClock
from engine.settings import SHIPPED_PATHWAYS
from engine.store.cases import case
from tests.pathways.patient_year import PatientYear
from tests.worklists.a_year import a_year, on_sqlite
from worklists.outcomes import Judgement
from worklists.scores import Scores, scores


def scores_of(engine: Engine, year: PatientYear) -> dict[str, Scores]:
    judged_by = Judgement(SHIPPED_PATHWAYS, engine.today(), engine.zone)
    with engine.db.reading() as connection:
        found = scores(connection, case(connection, year.case), judged_by)
    return {each.measure: each for each in found}


@on_sqlite
def test_before_the_baseline_there_is_nothing_to_show(engine: Engine, clock: SetClock) -> None:
    """A measure without a value is left out: an empty chart says nothing."""
    assert scores_of(engine, a_year(engine, clock)) == {}


@on_sqlite
def test_the_baseline_alone_shows_what_is_to_be_reached(engine: Engine, clock: SetClock) -> None:
    """One value gives a target that is still to be reached."""
    year = a_year(engine, clock)
    year.answer_all()
    function = scores_of(engine, year)["pf6b"]
    assert [(point.week, point.value) for point in function.points] == [(0, Decimal("37.6"))]
    assert function.line is not None
    assert function.line.text == "target >= 39.6 (baseline + 2)"
    assert not function.is_met


@on_sqlite
def test_a_better_score_meets_its_target(engine: Engine, clock: SetClock) -> None:
    """Function that rises by two points or more has met its target."""
    year = a_year(engine, clock)
    year.answer_all()
    year.scores["pf6b"] = 4
    year.until(28)
    function = scores_of(engine, year)["pf6b"]
    assert function.points[-1].week == 4
    assert function.is_met


@on_sqlite
def test_pain_has_a_limit_rather_than_a_target(engine: Engine, clock: SetClock) -> None:
    """Pain may rise by two points at most; each weekly answer is a point of its line."""
    year = a_year(engine, clock)
    year.until(21)
    pain = scores_of(engine, year)["nrs"]
    assert pain.is_guard
    assert [point.week for point in pain.points] == [0, 1, 2, 3]


@on_sqlite
def test_only_the_region_that_hurts_has_a_questionnaire(engine: Engine, clock: SetClock) -> None:
    """A knee is measured with KOOS JR and with no other region's instrument."""
    year = a_year(engine, clock)
    year.answer_all()
    assert set(scores_of(engine, year)) == {"pf6b", "pi6a", "nrs", "koosjr"}
