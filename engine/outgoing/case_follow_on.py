"""case.follow_on: the patient's next period begins as a case of its own, once its day has come and this one is closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from care.calendars import local_date, start_of_day
from engine.commands import WORKER, StartCase
from engine.errors import InvalidInput, ThroughlineError
from engine.outgoing.outgoing import Channel, Evidence, Later, NotDelivered, Outgoing, Undeliverable
from engine.store.cases import open_case

if TYPE_CHECKING:
    from engine.application import Engine

_LOOK_AGAIN = timedelta(days=1)  # while the period before is still open: one case per track at a time


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
    with engine.db.reading() as connection:
        open_now = open_case(connection, command.patient_id, command.track)
    if open_now is not None and open_now["id"] == command.follows:
        raise Later(now + _LOOK_AGAIN, f"case '{command.follows}' is still open")


OUTGOING = Outgoing("case.follow_on", "The next period of care begins.", False, _deliver)
