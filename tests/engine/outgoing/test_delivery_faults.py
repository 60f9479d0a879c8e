"""One piece of outgoing work in trouble stops nothing behind it, and a late worker overwrites nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http.client import BadStatusLine
from typing import Any

import pytest
from sqlalchemy import insert, update

from engine.application import Engine
from engine.commands import CloseCase, RecordDelivery
from engine.outgoing.delivery import MOST_ATTEMPTS, deliver_outgoing
from engine.outgoing.outgoing import Evidence, Letter, NotDelivered, Undeliverable
from engine.store import outbox, tables
from tests.engine.builders import DANA, on_sqlite
from tests.engine.updates import Postbox, a_case_with_an_update, deliver, later, rows


@pytest.mark.parametrize(
    "fault",
    [
        UnicodeEncodeError("ascii", "josé", 3, 4, "ordinal not in range"),
        ConnectionResetError("reset"),
        BadStatusLine("hello"),
        KeyError("key"),
        AttributeError("no such thing"),
    ],
    ids=lambda fault: type(fault).__name__,
)
@on_sqlite
def test_a_fault_that_nobody_foresaw_is_noted_and_the_rows_behind_go_on(engine: Engine, fault: Exception) -> None:
    """It is tried again like any other attempt; its words stand in the row."""
    first, second = a_case_with_an_update(engine), a_case_with_an_update(engine)
    round_ = deliver(first, Postbox([fault]))
    assert (len(round_.retried), len(round_.delivered)) == (1, 1)
    assert rows(first)[0]["error"].startswith(f"{type(fault).__name__}: ")
    assert rows(second)[0]["status"] == "done"


@on_sqlite
def test_a_fault_that_stays_is_given_up_in_the_end(engine: Engine) -> None:
    """After as many attempts as any other, with a task."""
    case, postbox = a_case_with_an_update(engine), Postbox([ValueError("odd")] * MOST_ATTEMPTS)
    for _ in range(MOST_ATTEMPTS):
        deliver(case, postbox)
        later(case, hours=12)
    assert (rows(case)[0]["status"], rows(case)[0]["error"]) == ("failed", "ValueError: odd (attempt 6)")
    assert [task["form"] for task in case.open()].count("care_update_failed") == 1


@pytest.mark.parametrize("error", [NotDelivered, Undeliverable])
def test_what_a_database_cannot_keep_is_replaced_in_an_error(
    engine: Engine, error: Callable[[str], Exception]
) -> None:
    """PostgreSQL refuses NUL; a long page of a server is cut."""
    case = a_case_with_an_update(engine)
    deliver(case, Postbox([error("answered \x00\n" + "x" * 9_000)]))
    assert rows(case)[0]["error"].startswith("answered � xxx")
    assert len(rows(case)[0]["error"]) == 500


def test_what_a_database_cannot_keep_is_replaced_in_evidence(engine: Engine) -> None:
    """The update has arrived, whatever characters its receipt has."""
    case = a_case_with_an_update(engine)
    assert len(deliver(case, Says({"receipt": "http://x/\x00\ud800"})).delivered) == 1
    assert rows(case)[0]["result"]["receipt"] == "http://x/��"
    assert case.faults() == []


def test_each_piece_has_its_time_from_its_own_claim(engine: Engine) -> None:
    """Those before it in a slow round do not use it up: nobody else tries it meanwhile."""
    first, second = a_case_with_an_update(engine), a_case_with_an_update(engine)
    other = Postbox()

    def takes_its_time(letter: Letter) -> None:
        later(first, seconds=40)
        if letter.id == rows(second)[0]["id"]:  # a minute and twenty seconds after the round began
            deliver(second, other)

    assert len(deliver(first, Says({"receipt": "r"}, takes_its_time)).delivered) == 2
    assert other.asked == 0


def test_a_late_failure_does_not_undo_what_another_worker_does(engine: Engine) -> None:
    """Its time was over and another attempt has begun: neither its error nor its giving up counts."""
    case = a_case_with_an_update(engine)

    def another_worker_tries(error: Exception) -> Callable[[Letter], None]:
        def look(letter: Letter) -> None:
            later(case, hours=1)
            assert len(deliver(case, Postbox([NotDelivered("busy")])).retried) == 1
            raise error

        return look

    for number, error in enumerate((NotDelivered("too late"), Undeliverable("too late")), start=1):
        deliver(case, Says({}, another_worker_tries(error)))
        row = rows(case)[0]
        assert (row["status"], row["attempts"], row["error"]) == ("waiting", 2 * number, "busy")
        later(case, hours=12)
    assert case.history("care_update.failed") == []


def test_a_late_arrival_is_an_arrival(engine: Engine) -> None:
    """Another attempt has begun since, under the same key: the update is there, and no failure may say otherwise."""
    case = a_case_with_an_update(engine)

    def another_worker_fails(letter: Letter) -> None:
        later(case, minutes=2)
        deliver(case, Postbox([NotDelivered("busy")]))

    assert len(deliver(case, Says({"receipt": "r"}, another_worker_fails)).delivered) == 1
    assert (rows(case)[0]["status"], rows(case)[0]["error"]) == ("done", None)


@on_sqlite
def test_a_round_ends_when_it_is_over(engine: Engine) -> None:
    """What it has not begun stays due, unclaimed."""
    first, second = a_case_with_an_update(engine), a_case_with_an_update(engine)
    postbox = Postbox()
    channels = {"care_update.send": postbox}
    sent = deliver_outgoing(engine, channels, first.clock(), is_over=lambda: postbox.asked == 1)
    assert len(sent.delivered) == 1
    assert (rows(second)[0]["status"], rows(second)[0]["attempts"]) == ("waiting", 0)


@on_sqlite
def test_an_update_from_before_deliveries_is_ended_without_a_task(engine: Engine) -> None:
    """Nobody has waited for it since; the row and the record say why."""
    case = a_case_with_an_update(engine)
    old = {"case_id": case.id, "operation": "care_update.send", "status": "waiting", "created_at": case.clock()}
    with engine.db.writing() as connection:
        connection.execute(update(tables.outbox).values(status="done"))
        connection.execute(insert(tables.outbox).values(**old, payload={"reason": "start", "pcp": "Dr. Bell"}))
    assert len(deliver(case, Postbox()).failed) == 1
    assert "before delivery existed" in rows(case)[1]["error"]
    assert len(case.history("care_update.failed")) == 1
    assert [task for task in case.open() if task["form"] == "care_update_failed"] == []


@on_sqlite
def test_a_failed_update_of_a_concluded_case_is_a_task_until_the_case_is_closed(engine: Engine) -> None:
    """Who has withdrawn still has a PCP who should know; in a closed case the record alone says it."""
    concluded, closed = a_case_with_an_update(engine), a_case_with_an_update(engine)
    concluded.event("patient.withdrew")
    engine.execute(CloseCase(closed.id, "withdrawn", "moved"), actor=DANA)
    assert len(deliver(concluded, Postbox([Undeliverable("no")] * 2)).failed) == 2
    assert "care_update_failed" in {task["form"] for task in concluded.open()}
    assert closed.open() == []
    with engine.db.reading() as connection:
        assert outbox.failed_in_closed_cases(connection) == 1


@on_sqlite
def test_a_failure_of_an_earlier_attempt_is_not_noted(engine: Engine) -> None:
    """The command names its attempt; where another has begun since, it changes nothing."""
    case = a_case_with_an_update(engine)
    deliver(case, Postbox([NotDelivered("busy")]))
    engine.execute(RecordDelivery(case.id, rows(case)[0]["id"], {"attempt": 0}, "gone"), actor=DANA)
    assert rows(case)[0]["status"] == "waiting"
    engine.execute(RecordDelivery(case.id, rows(case)[0]["id"], {"attempt": 1}, "gone"), actor=DANA)
    assert rows(case)[0]["status"] == "failed"


@dataclass
class Says:
    """A channel that answers with this evidence, after something else has happened."""

    evidence: Evidence
    meanwhile: Callable[[Letter], Any] = lambda letter: None
    name: str = "says"

    def send(self, letter: Letter) -> Evidence:
        self.meanwhile(letter)
        return self.evidence
