"""The facts of a command: what it was just told decides what it does next; series stay in the order of time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from engine.application import Engine
from engine.factbook import FactBook
from engine.settings import SHIPPED_PATHWAYS
from engine.shared_facts import shared_facts_in
from engine.store.cases import case as case_row
from tests.engine.builders import a_case, on_sqlite

SHIPPED = shared_facts_in(SHIPPED_PATHWAYS)


@on_sqlite
def test_the_answer_just_given_decides_though_a_later_one_is_known(engine: Engine) -> None:
    """A follow-up answered with yesterday's date is not overruled by another one of today; the series knows better."""
    case = a_case(engine).at_day(3)
    now = case.clock()
    with engine.db.reading() as connection:
        book = FactBook(connection, dict(case_row(connection, case.id)), now, engine.zone, SHIPPED)
        book.record("sdoh.outcome", "met", None, now, "form")
        book.record("sdoh.outcome", "refer_again", None, now - timedelta(days=1), "form")
        assert book.value("sdoh.outcome") == "refer_again"
        assert [each["value"] for each in book.series("sdoh.outcome")] == ["refer_again", "met"]


@on_sqlite
def test_every_kind_of_value_comes_back_as_it_was(engine: Engine) -> None:
    """Numbers exact, days as days, instants as instants, lists whole."""
    case = a_case(engine).at_day(3)
    now = case.clock()
    with engine.db.reading() as connection:
        book = FactBook(connection, dict(case_row(connection, case.id)), now, engine.zone, SHIPPED)
        for value in (Decimal("36.8"), Decimal(17), True, "knee", now.date(), now, ["food", "housing"], None):
            book.record("a.fact", value, None, now, "rule")
            assert book.value("a.fact") == value
