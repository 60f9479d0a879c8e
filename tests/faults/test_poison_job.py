"""One piece of background work that can never be done: it is given up in the end, and holds up nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event, select

from engine.application import Engine
from engine.outgoing.carrier import carrier_of
from engine.outgoing.delivery import MOST_ATTEMPTS, WAITS
from engine.outgoing.outgoing import Letter, NotDelivered
from engine.store.tables import outbox_attempts
from tests.engine.builders import Case, on_sqlite
from tests.engine.incidents.builders import TIMER_FAILS, TIMER_MENDED, how_many_open
from tests.engine.migration.builders import Pathway
from tests.engine.updates import Postbox, a_case_with_an_update, deliver, later, rows


def raises() -> Any:
    raise NotDelivered("refused")


ODD = (object(), float("nan"), {1}, b"\x00", date(2026, 1, 13))
POISONS: dict[str, Callable[[], Any]] = {
    "raises": raises,
    "breaks": lambda: int("no such"),
    "answers nothing": lambda: None,
    "answers a text": lambda: "thanks",
}


@dataclass
class Poisoned:
    """A channel that takes any letter but those of one case."""

    row_id: int
    poison: Callable[[], Any]
    others: Postbox = field(default_factory=Postbox)
    name: str = "poisoned"

    def send(self, letter: Letter) -> Any:
        return self.poison() if letter.id == self.row_id else self.others.send(letter)


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_poison_is_given_up_after_its_attempts_and_the_others_go_out_at_once(
    engine: Engine, poison: Callable[[], Any]
) -> None:
    """Each attempt later than the last; then somebody is asked to see to it, and the row can be retried by hand."""
    first, others = a_case_with_an_update(engine), [a_case_with_an_update(engine) for _ in range(2)]
    channel = Poisoned(rows(first)[0]["id"], poison)
    for number in range(MOST_ATTEMPTS):
        deliver(first, channel)
        assert [rows(case)[0]["status"] for case in others] == ["done", "done"]
        later(first, seconds=WAITS[min(number, len(WAITS) - 1)].total_seconds())
    assert (rows(first)[0]["status"], rows(first)[0]["attempts"]) == ("failed", MOST_ATTEMPTS)
    assert attempted(first) == sorted(attempted(first))
    assert gaps(first) == list(WAITS)
    assert "care_update_failed" in {task["form"] for task in first.open()}
    assert channel.others.asked == 2
    assert first.faults() == []


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
def test_a_receipt_that_is_no_json_is_kept_as_a_text(engine: Engine, odd: Any) -> None:
    """The update has arrived: whatever the other side says of it stops neither its note nor those behind it."""
    first, second = a_case_with_an_update(engine), a_case_with_an_update(engine)
    sent = deliver(first, Poisoned(rows(first)[0]["id"], lambda: {"receipt": odd, "all": [odd]}))
    assert len(sent.delivered) == 2
    assert isinstance(rows(first)[0]["result"]["receipt"], str)
    assert rows(second)[0]["status"] == "done"
    assert first.faults() == []


def attempted(case: Case) -> list[Any]:
    query = select(outbox_attempts.c.at).where(outbox_attempts.c.outbox_id == rows(case)[0]["id"])
    with case.engine.db.reading() as connection:
        return list(connection.scalars(query.order_by(outbox_attempts.c.number)))


def gaps(case: Case) -> list[timedelta]:
    found = attempted(case)
    return [after - before for before, after in pairwise(found)]


def test_a_worker_goes_past_poison_that_hangs(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left behind when its time is over; those behind it go out, and the worker can be stopped."""
    monkeypatch.setattr("engine.outgoing.care_update_send.DEADLINE", 0.1)
    first, second, goes_on = a_case_with_an_update(engine), a_case_with_an_update(engine), threading.Event()
    channel = Poisoned(rows(first)[0]["id"], goes_on.wait)
    carrier = carrier_of(engine, {"care_update.send": channel})
    carrier.start()
    try:
        waited = threading.Event()
        assert any(
            (rows(second)[0]["status"] == "done" and rows(first)[0]["error"]) or waited.wait(0.02) for _ in range(500)
        )
    finally:
        carrier.finish()
        goes_on.set()
    assert "did not come to an end" in rows(first)[0]["error"]
    assert rows(first)[0]["status"] == "waiting"


@on_sqlite
def test_a_poison_diagram_among_two_hundred_costs_its_own_tick_alone(engine: Engine, pathway: Pathway) -> None:
    """Parked once, it is not looked at again: later ticks read as much as if there were none."""
    pathway.version(*TIMER_MENDED)
    healthy = [pathway.case() for _ in range(199)]
    pathway.version(*TIMER_FAILS)
    poison = pathway.case()
    healthy[0].set_clock(healthy[0].moment(7))
    assert engine.tick().failed == (poison.id,)
    assert how_many_open(engine) == 1
    queries: list[str] = []
    event.listen(engine.db._engine, "before_cursor_execute", lambda c, cur, statement, *_: queries.append(statement))
    assert engine.tick().commands == 0
    idle = len(queries)
    assert idle <= 3
    queries.clear()
    healthy[0].set_clock(healthy[0].moment(9))
    ticked = engine.tick()
    assert (ticked.commands, ticked.failed) == (199, ())
    assert not any(poison.id in each for each in queries)
