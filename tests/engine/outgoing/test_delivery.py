"""What waits in the outbox is delivered at least once, tried again by the clock, and given up with a task."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine.application import Engine
from engine.commands import CloseCase, RecordDelivery
from engine.errors import NotFound
from engine.outgoing.care_update_send import letter_of
from engine.outgoing.delivery import MOST_ATTEMPTS, WAITS, deliver_outgoing
from engine.outgoing.outgoing import NotDelivered, Undeliverable
from engine.store import outbox, tables
from engine.store.database import Database
from tests.engine.builders import DANA, Case, a_case, on_sqlite
from tests.engine.updates import Postbox, a_case_with_an_update, deliver, later, rows


def detail(case: Case, kind: str) -> Mapping[str, Any]:
    (entry,) = case.history(kind)
    found: Mapping[str, Any] = json.loads(entry["detail"])
    return found


def test_an_update_is_delivered_once_with_its_evidence(engine: Engine) -> None:
    """In the row and, with the digest of what was sent, in the case's history; a second round has nothing to do."""
    case, postbox = a_case_with_an_update(engine), Postbox()
    assert deliver(case, postbox).delivered == [rows(case)[0]["id"]]
    assert deliver(case, postbox).delivered == []
    (letter,) = postbox.letters.values()
    (row,) = rows(case)
    assert (row["status"], row["done_at"], row["result"]["receipt"]) == ("done", case.clock(), letter.key)
    evidence = detail(case, "care_update.delivered")
    assert (evidence["channel"], evidence["sha256"]) == ("postbox", row["payload"]["sha256"])
    assert case.faults() == []


def test_it_is_tried_again_later_and_later_by_the_clock(engine: Engine) -> None:
    """After 1 minute, 5, 30, 2 hours and 12 hours; between them nothing is tried, however often somebody looks."""
    case = a_case_with_an_update(engine)
    postbox = Postbox([NotDelivered(f"busy {n}") for n in range(5)])
    for number, wait in enumerate(WAITS, start=1):
        assert len(deliver(case, postbox).retried) == 1
        assert deliver(case, postbox).retried == []
        assert (rows(case)[0]["attempts"], rows(case)[0]["error"]) == (number, f"busy {number - 1}")
        later(case, seconds=wait.total_seconds() - 1)
        assert deliver(case, postbox).retried == []
        later(case, seconds=1)
    assert len(deliver(case, postbox).delivered) == 1
    assert postbox.asked == MOST_ATTEMPTS


def test_what_is_given_up_becomes_a_task(engine: Engine) -> None:
    """After the last attempt, with the reason; the case manager sends it another way."""
    case = a_case_with_an_update(engine)
    postbox = Postbox([NotDelivered("busy")] * MOST_ATTEMPTS)
    for wait in (*WAITS, timedelta(0)):
        found = deliver(case, postbox)
        later(case, seconds=wait.total_seconds())
    assert found.failed == [rows(case)[0]["id"]]
    assert (rows(case)[0]["status"], rows(case)[0]["error"]) == ("failed", "busy (attempt 6)")
    assert detail(case, "care_update.failed")["attempts"] == MOST_ATTEMPTS
    (task,) = [task for task in case.open() if task["form"] == "care_update_failed"]
    assert "busy" in task["why"]
    later(case, days=1)
    assert deliver(case, postbox).failed == []


def test_what_no_attempt_could_mend_is_given_up_at_once_and_sent_again_as_it_was(engine: Engine) -> None:
    """A refused address costs nobody fifteen hours; the update that goes out then is the one that was reviewed."""
    case = a_case_with_an_update(engine, summary="Doing well", left_out=["goal"])
    assert len(deliver(case, Postbox([Undeliverable("no such address")])).failed) == 1
    (task,) = [task for task in case.open() if task["form"] == "care_update_failed"]
    case.answer(task, action="send_again")
    first, second = (row["payload"]["document"] for row in rows(case))
    assert second == first
    assert len(deliver(case, Postbox()).delivered) == 1


def test_a_closed_case_notes_its_deliveries_too(engine: Engine) -> None:
    """History only: nothing begins in a case that is over."""
    arrived, lost = a_case_with_an_update(engine), a_case_with_an_update(engine)
    for case in (arrived, lost):
        engine.execute(CloseCase(case.id, "switched", "moved"), actor=DANA)
    found = deliver(arrived, Postbox([NotDelivered("busy"), Undeliverable("gone")]))
    assert (len(found.retried), len(found.failed)) == (1, 1)
    later(lost, minutes=1)
    assert len(deliver(lost, Postbox()).delivered) == 1
    kinds = {entry["kind"] for case in (arrived, lost) for entry in case.history()}
    assert {"care_update.delivered", "care_update.failed"} <= kinds
    assert arrived.open() == lost.open() == []
    assert arrived.faults() == lost.faults() == []


def test_two_workers_deliver_one_piece_once(engine: Engine) -> None:
    """The claim decides: one of them tries, the other finds nothing to do."""
    case, postbox = a_case_with_an_update(engine), Postbox()
    barrier = threading.Barrier(2)

    def work() -> None:
        barrier.wait()
        deliver(case, postbox)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert postbox.asked == 1
    assert rows(case)[0]["status"] == "done"
    assert len(case.history("care_update.delivered")) == 1


def test_a_worker_that_dies_between_the_effect_and_its_note_doubles_nothing(engine: Engine) -> None:
    """The effect stands and nobody noted it: the next attempt asks for it under the same key."""
    case, postbox = a_case_with_an_update(engine), Postbox()
    with engine.db.writing() as connection:
        row = outbox.claim(connection, rows(case)[0]["id"], case.clock(), case.clock() + WAITS[0])
    assert row is not None
    postbox.send(letter_of(row, case.clock()))
    assert deliver(case, postbox).delivered == []
    later(case, minutes=1)
    assert len(deliver(case, postbox).delivered) == 1
    assert (postbox.asked, len(postbox.letters)) == (2, 1)


def test_content_that_somebody_changed_is_not_sent(engine: Engine) -> None:
    """What was reviewed goes out or nothing does."""
    case = a_case_with_an_update(engine)
    row = rows(case)[0]
    changed = {**row["payload"], "document": {**row["payload"]["document"], "pcp": "Dr. Who"}}
    _write(engine.db, row["id"], payload=changed)
    assert len(deliver(case, Postbox()).failed) == 1
    assert "SHA-256" in rows(case)[0]["error"]


@on_sqlite
def test_a_case_that_cannot_note_it_keeps_the_evidence_and_is_asked_again(engine: Engine) -> None:
    """The effect is not made twice because the record of a case is in trouble."""
    case, postbox = a_case_with_an_update(engine), Postbox()
    length = tables.cases.c.history_length
    with engine.db.writing() as connection:
        connection.execute(update(tables.cases).values(history_length=length - 1))  # the next entry's place is taken
    assert len(deliver(case, postbox).stuck) == 1
    assert (rows(case)[0]["status"], rows(case)[0]["result"]["channel"]) == ("waiting", "postbox")
    with engine.db.writing() as connection:
        connection.execute(update(tables.cases).values(history_length=length + 1))
    later(case, minutes=1)
    assert len(deliver(case, postbox).delivered) == 1
    assert postbox.asked == 1


@on_sqlite
def test_without_its_channel_work_goes_on_waiting(engine: Engine) -> None:
    """Loading a demo, say, delivers nothing."""
    case = a_case_with_an_update(engine)
    assert deliver_outgoing(engine, {}, case.clock()).delivered == []
    assert rows(case)[0]["attempts"] == 0


@on_sqlite
def test_a_delivery_is_noted_in_its_own_case_alone(engine: Engine) -> None:
    """A slip in an id does not end up in somebody else's record."""
    case, other = a_case_with_an_update(engine), a_case(engine)
    with pytest.raises(NotFound, match="outgoing work"):
        engine.execute(RecordDelivery(other.id, rows(case)[0]["id"]), actor=DANA)


def _write(db: Database, row_id: int, **values: Any) -> None:
    with db.writing() as connection:
        connection.execute(update(tables.outbox).where(tables.outbox.c.id == row_id).values(**values))
