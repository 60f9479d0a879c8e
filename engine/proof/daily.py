"""When a running worker writes the day's checkpoint: with its first work of a local day, and again after a failure."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from care.calendars import local_date
from engine.errors import ThroughlineError
from engine.proof.checkpoints import write_daily
from engine.settings import Settings
from engine.store.database import Database

log = logging.getLogger("throughline.proof")

# How long a key or a folder that could not be used is left alone.
AFTER_FAILURE = timedelta(minutes=5)


@dataclass(slots=True)
class Daily:
    """Remembers what is done, so that the database is asked once a day and not once a second."""

    db: Database
    settings: Settings
    done: date | None = field(default=None)
    not_before: datetime | None = field(default=None)

    def ensure(self, now: datetime) -> None:
        """Write the day's checkpoint if that is still to do; what fails is logged, and the worker goes on."""
        day = local_date(now, self.settings.zone)
        if day == self.done or (self.not_before is not None and now < self.not_before):
            return
        try:
            written = write_daily(self.db, self.settings, now)
        except ThroughlineError as error:
            log.error("no checkpoint could be written: %s", error)
            self.not_before = now + AFTER_FAILURE
            return
        for name in written.differing:
            log.error("the checkpoint file %s says something else than the database; see 'history verify'", name)
        self.done, self.not_before = day, None
