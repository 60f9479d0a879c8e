"""case.tell: what happened to the patient is told to another case of theirs, so that no programme goes on unaware."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.commands import WORKER, DeliverEvent
from engine.errors import CaseClosed, InvalidInput, ThroughlineError
from engine.outgoing.outgoing import Channel, Evidence, NotDelivered, Outgoing, Undeliverable

if TYPE_CHECKING:
    from engine.application import Engine


def _deliver(engine: Engine, row: Mapping[str, Any], channel: Channel | None, now: datetime) -> Evidence:
    told = row["payload"]
    at = datetime.fromisoformat(told["occurred_at"])
    command = DeliverEvent(told["case_id"], told["type"], told["payload"], at)
    try:
        outcome = engine.execute(command, actor=WORKER, key=f"outbox:{row['id']}")
    except CaseClosed:
        return {"case_id": told["case_id"], "type": told["type"], "matched": False}
    except InvalidInput as error:
        raise Undeliverable(error.message) from error
    except ThroughlineError as error:
        raise NotDelivered(error.message) from error
    return {"case_id": told["case_id"], "type": told["type"], "matched": outcome.matched}


OUTGOING = Outgoing("case.tell", "Another case of the patient's hears of it.", False, _deliver, "Word to another case")
