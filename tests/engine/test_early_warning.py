"""What a command records is looked at for a drift: one warning a measure, then quiet."""

from __future__ import annotations

from datetime import timedelta

from engine.application import Engine
from engine.casework import Casework
from engine.early_warning import WARNED, early_warning_rules_in, raise_for, warned_on_fact
from engine.events import INTERNAL
from engine.settings import SHIPPED_PATHWAYS
from engine.store.cases import locked_case
from tests.engine.builders import DANA, Case, a_case, on_sqlite

PAIN = [3, 3, 4, 3, 3, 4, 4, 4, 5, 4, 5, 5, 5, 6, 5, 6, 6, 6, 7, 6, 6]
TITLE = "Pain has risen from about 3 to about 6 over 20 days."


def learn(work: Casework, name: str, values: list[int], source: str = "patient") -> None:
    """A value for each of the last days, today's last."""
    for ago, value in enumerate(reversed(values)):
        work.facts.record(name, value, None, work.as_of - timedelta(days=ago), source)


def a_work(case: Case, connection: object) -> Casework:
    """The unit of work of one command on the case."""
    engine = case.engine
    row = dict(locked_case(connection, case.id))  # type: ignore[arg-type]
    return Casework(connection, row, DANA, engine.clock.now(), engine.zone, engine.library)  # type: ignore[arg-type]


@on_sqlite
def test_a_drift_is_told_once_in_its_quiet_time(engine: Engine) -> None:
    """The next value of the same drift asks nothing; after the quiet time it is told again."""
    case = a_case(engine, aligned_on=engine.today() - timedelta(days=40))
    with engine.db.writing() as connection:
        work = a_work(case, connection)
        learn(work, "nrs.score", PAIN)
        raise_for(work, work.facts.written)
        assert work.raised == [(WARNED, {"reason": TITLE, "measure": "pain"})]
        assert work.facts.value(warned_on_fact("pain")) == engine.today()
        raise_for(work, work.facts.written)
        assert len(work.raised) == 1
        quiet = early_warning_rules_in(SHIPPED_PATHWAYS).rule("pain").quiet_days
        work.as_of += timedelta(days=quiet)
        learn(work, "nrs.score", [value + 3 for value in PAIN])
        raise_for(work, work.facts.written)
        assert len(work.raised) == 2


@on_sqlite
def test_only_new_values_of_people_and_devices_ask(engine: Engine) -> None:
    """What a rule writes, and what was learnt earlier, warns of nothing."""
    case = a_case(engine, aligned_on=engine.today() - timedelta(days=40))
    with engine.db.writing() as connection:
        work = a_work(case, connection)
        learn(work, "nrs.score", PAIN, "rule")
        raise_for(work, work.facts.written)
        raise_for(work, [{"name": "pf6b.score", "source": "form"}])
        assert work.raised == []


@on_sqlite
def test_a_history_imported_late_is_no_news(engine: Engine) -> None:
    """A decline that lies before the window is not told today."""
    case = a_case(engine, aligned_on=engine.today() - timedelta(days=40))
    with engine.db.writing() as connection:
        work = a_work(case, connection)
        work.as_of -= timedelta(days=60)
        learn(work, "nrs.score", PAIN)
        work.as_of += timedelta(days=60)
        raise_for(work, work.facts.written)
        assert work.raised == []


def test_the_engine_knows_the_event() -> None:
    """It has a sentence for the record, and diagrams may wait for it."""
    assert WARNED in INTERNAL
