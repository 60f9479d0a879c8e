"""checkpoint.write: the day's checkpoint over all cases, signed and kept outside of the database."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.errors import ThroughlineError
from engine.outgoing.outgoing import Evidence, NotDelivered, Outgoing
from engine.proof.checkpoints import write_daily

if TYPE_CHECKING:
    from engine.application import Engine

log = logging.getLogger("throughline.proof")


def _deliver(engine: Engine, row: Mapping[str, Any], channel: None, now: datetime) -> Evidence:
    try:
        written = write_daily(engine.db, engine.settings, now)
    except ThroughlineError as error:
        raise NotDelivered(error.message) from error
    for name in written.differing:
        log.error("the checkpoint file %s says something else than the database; see 'history verify'", name)
    number = None if written.checkpoint is None else written.checkpoint.number
    return {"number": number, "files": list(written.files), "differing": list(written.differing)}


OUTGOING = Outgoing("checkpoint.write", "The day's checkpoint is written.", False, _deliver, "Daily checkpoint")
