"""What was given up can be tried again or let be, by somebody whose name stays with it."""

from __future__ import annotations

import pytest

from engine.application import Engine
from engine.errors import InvalidInput, Refused
from engine.outgoing.dead_letters import drop, retry
from engine.outgoing.delivery import MOST_ATTEMPTS
from engine.outgoing.import_fhir import ask_for_import
from engine.outgoing.outgoing import NotDelivered, Undeliverable
from engine.store import outbox
from engine.store.organisations import MAIN
from tests.engine.builders import DANA, LEE, Case
from tests.engine.updates import Postbox, a_case_with_an_update, deliver, later, rows


@pytest.fixture
def case(engine: Engine) -> Case:
    """A case whose update was given up at the first attempt."""
    found = a_case_with_an_update(engine)
    deliver(found, Postbox([Undeliverable("no such address")]))
    return found


def test_what_was_given_up_goes_out_again_under_its_first_key(case: Case) -> None:
    """With all attempts before it, and an entry that says who let it."""
    row_id, postbox = rows(case)[0]["id"], Postbox([NotDelivered("busy")] * (MOST_ATTEMPTS - 1))
    retry(case.engine, row_id, DANA)
    (entry,) = case.history("outgoing.retried")
    assert entry["actor"] == DANA.id
    for _ in range(MOST_ATTEMPTS):
        deliver(case, postbox)
        later(case, hours=12)
    assert (rows(case)[0]["status"], len(postbox.letters)) == ("done", 1)
    with case.engine.db.reading() as connection:
        attempts = outbox.attempts_of(connection, row_id)
    assert [each["error"] for each in attempts] == ["no such address", *["busy"] * (MOST_ATTEMPTS - 1), None]
    assert all(each["ended_at"] for each in attempts)
    assert case.faults() == []


def test_what_is_let_be_is_never_tried_again(case: Case) -> None:
    """Its row and its case's history say by whom, and why."""
    row_id, postbox = rows(case)[0]["id"], Postbox()
    drop(case.engine, row_id, "told by phone", DANA)
    later(case, hours=12)
    deliver(case, postbox)
    row = rows(case)[0]
    assert (row["status"], row["ended_by"], row["reason"]) == ("dropped", DANA.id, "told by phone")
    assert postbox.asked == 0
    assert "told by phone" in case.history("outgoing.dropped")[0]["summary"]
    with pytest.raises(Refused, match="dropped"):
        retry(case.engine, row_id, DANA)


def test_work_about_no_case_says_in_its_row_who_let_it_be_tried_again(engine: Engine) -> None:
    """Each time; there is no history that could."""
    row_id = ask_for_import(engine, [("ada.json", b"{}")], MAIN, DANA)
    for by in (DANA, LEE):
        with engine.db.writing() as connection:
            assert outbox.give_up(connection, row_id, 0, engine.clock.now(), "no importer")
        retry(engine, row_id, by)
    with engine.db.reading() as connection:
        told = outbox.outgoing(connection, row_id)["payload"][outbox.RETRIED]
    now = engine.clock.now().isoformat()
    assert told == [{"by": DANA.id, "at": now}, {"by": LEE.id, "at": now}]


def test_what_is_not_given_up_is_left_alone(engine: Engine) -> None:
    """Two people who press at once, or one who presses late, change nothing."""
    case = a_case_with_an_update(engine)
    with pytest.raises(Refused, match="waiting"):
        retry(engine, rows(case)[0]["id"], DANA)
    with pytest.raises(Refused, match="waiting"):
        drop(engine, rows(case)[0]["id"], "no", DANA)
    with pytest.raises(InvalidInput):
        drop(engine, rows(case)[0]["id"], "  ", DANA)


def test_a_late_attempt_of_before_does_not_end_one_of_now(case: Case) -> None:
    """The numbers of attempts go on when work starts anew."""
    row_id = rows(case)[0]["id"]
    retry(case.engine, row_id, DANA)
    with case.engine.db.writing() as connection:
        assert not outbox.give_up(connection, row_id, 0, case.clock(), "too late")
    assert rows(case)[0]["status"] == "waiting"
