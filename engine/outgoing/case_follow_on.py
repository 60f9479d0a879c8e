"""case.follow_on: the patient's next period begins as a case of its own, on its day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from care.calendars import local_date, start_of_day
from engine.commands import WORKER, StartCase
from engine.errors import InvalidInput, ThroughlineError
from engine.outgoing.outgoing import Channel, Evidence, Later, NotDelivered, Outgoing, Undeliverable
from engine.statuses import RUNNING
from engine.store.cases import case

if TYPE_CHECKING:
    from engine.application import Engine

# How the period before stands where another one may follow: its last report may still be to come.
CARRIED_ON = (*RUNNING, "completed")


def _deliver(engine: Engine, row: Mapping[str, Any], channel: Channel | None, now: datetime) -> Evidence:
    command = _command(row["payload"])
    _refuse_early(engine, command, now)
    try:
        started = engine.execute(command, actor=WORKER, key=f"outbox:{row['id']}")
    except InvalidInput as error:
        raise Undeliverable(error.message) from error
    except ThroughlineError as error:
        raise NotDelivered(error.message) from error
    return {"case_id": started.case_id, "aligned_on": row["payload"]["aligned_on"], "period": command.period}


def _command(payload: Mapping[str, Any]) -> StartCase:
    return StartCase(**{**payload, "aligned_on": date.fromisoformat(payload["aligned_on"])})


def _refuse_early(engine: Engine, command: StartCase, now: datetime) -> None:
    assert command.aligned_on is not None
    if command.aligned_on > local_date(now, engine.zone):
        raise Later(start_of_day(command.aligned_on, engine.zone), f"period {command.period} begins then")
    if command.follows is not None:
        with engine.db.reading() as connection:
            before = case(connection, command.follows)
        if before["status"] not in CARRIED_ON:
            raise Undeliverable(f"case '{command.follows}' ended as {before['status']}: no period follows it")


OUTGOING = Outgoing("case.follow_on", "The next period of care begins.", False, _deliver, "Next period of care")
