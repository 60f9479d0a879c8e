"""The next period of care begins as a case of its own, on its day, when the one before is closed, and once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from engine.application import Engine
from engine.casework import Casework
from engine.commands import WORKER, CloseCase, StartCase
from engine.errors import InvalidInput
from engine.operations import OPERATIONS
from engine.outgoing.delivery import deliver_outgoing
from engine.store.cases import case as case_row
from engine.store.cases import cases_of_patient, locked_case
from tests.engine.builders import DANA, LEE, Case, a_case, on_sqlite, with_people
from tests.engine.updates import rows

STARTS = 366  # days after alignment: pathways/configuration/access-2026.yaml, follow_on


def ask_for_the_next_period(case: Case) -> None:
    """What a service task with the operation case.follow_on does."""
    engine = case.engine
    with engine.db.writing() as connection:
        row = locked_case(connection, case.id)
        row["assignee"] = LEE.id
        work = Casework(connection, row, DANA, engine.clock.now(), engine.zone, engine.library)
        OPERATIONS["case.follow_on"].run(work, "", {})
        work.flush()


def deliver(engine: Engine) -> int:
    return len(deliver_outgoing(engine, {}, engine.clock.now()).delivered)


@pytest.fixture
def case(engine: Engine) -> Case:
    """A BH case that has asked for its next period."""
    with_people(engine)
    found = a_case(engine, "bh")
    ask_for_the_next_period(found)
    return found


def closed_on_its_day(case: Case) -> Case:
    case.set_clock(case.moment(STARTS))
    case.engine.execute(CloseCase(case.id, "completed", "the year is over"), actor=DANA)
    return case


def test_the_next_period_waits_for_its_day_and_begins_beside_the_last_report(case: Case, engine: Engine) -> None:
    """Waiting is no failure, no attempt counts; the report of the year before has time until day 425."""
    assert deliver(engine) == 0
    assert rows(case)[0]["next_attempt_at"].astimezone(engine.zone) == case.moment(STARTS, 0)
    assert (rows(case)[0]["status"], rows(case)[0]["attempts"]) == ("waiting", 0)
    case.set_clock(case.moment(STARTS))
    with engine.db.reading() as connection:
        assert case_row(connection, case.id)["closed_at"] is None
    assert deliver(engine) == 1


@pytest.mark.parametrize("status", ["withdrawn", "deceased", "lost"])
def test_no_period_follows_one_that_ended_otherwise(case: Case, engine: Engine, status: str) -> None:
    """Who has died or left is not enrolled again by an agreement of before."""
    engine.execute(CloseCase(case.id, status, "it came otherwise"), actor=DANA)
    case.set_clock(case.moment(STARTS))
    assert deliver(engine) == 0
    (entry,) = case.history("follow_on.failed")
    assert status in entry["summary"]


def test_it_is_a_case_of_the_next_period_that_knows_the_one_before(case: Case, engine: Engine) -> None:
    """With the same case manager; both records say so."""
    closed_on_its_day(case)
    assert deliver(engine) == 1
    with engine.db.reading() as connection:
        new = next(row for row in cases_of_patient(connection, "p1") if row["id"] != case.id)
    assert (new["period"], new["follows"], new["assignee"]) == (2, case.id, LEE.id)
    assert new["aligned_on"] == case.aligned_on + timedelta(days=STARTS)
    (entry,) = case.history("follow_on.started")
    assert json.loads(entry["detail"])["case_id"] == new["id"]
    assert case.faults() == []


def test_a_worker_that_died_after_starting_it_starts_no_second_one(case: Case, engine: Engine) -> None:
    """The row's id is the key of the command."""
    closed_on_its_day(case)
    row = rows(case)[0]
    command = StartCase("p1", "bh", case.on(STARTS), LEE.id, 2, case.id)
    first = engine.execute(command, actor=WORKER, key=f"outbox:{row['id']}")
    assert deliver(engine) == 1
    with engine.db.reading() as connection:
        assert len(cases_of_patient(connection, "p1")) == 2
        assert case_row(connection, first.case_id)["period"] == 2
    assert rows(case)[0]["result"]["case_id"] == first.case_id


@on_sqlite
def test_what_can_never_begin_is_given_up_with_its_reason(case: Case, engine: Engine) -> None:
    """A year and more too late: the period's own reports have closed."""
    closed_on_its_day(case)
    case.set_clock(case.moment(STARTS + 426))
    assert deliver(engine) == 0
    assert rows(case)[0]["status"] == "failed"
    (entry,) = case.history("follow_on.failed")
    assert "days ago" in entry["summary"]


@on_sqlite
def test_msk_has_no_next_period(engine: Engine) -> None:
    """theaccessmodel.com: no follow-on payment for MSK."""
    with_people(engine)
    with pytest.raises(InvalidInput, match="'msk' has no follow-on period"):
        ask_for_the_next_period(a_case(engine))
