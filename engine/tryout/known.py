"""What is known in a walk after its last step: the facts, what falls due next, and what waits to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from care.calendars import local_date
from engine.outgoing.delivery import operations_with
from engine.scenarios.walk import Walk
from engine.store.cases import next_due
from engine.store.facts import decoded, facts
from engine.store.outbox import next_attempt, outgoing_of_case


@dataclass(frozen=True, slots=True)
class KnownFact:
    """The last value of a fact, since when it is true and how it was learnt."""

    name: str
    value: Any
    unit: str | None
    on: date
    source: str


def known_facts(walk: Walk) -> tuple[KnownFact, ...]:
    """Of each fact of the first case the value that was true last, by name."""
    with walk.engine.db.reading() as connection:
        rows = facts(connection, walk.case_id(None))
    last = {row["name"]: row for row in sorted(rows, key=lambda row: (row["effective_at"], row["seq"]))}
    zone = walk.engine.zone
    return tuple(
        KnownFact(name, decoded(dict(row)), row["unit"], local_date(row["effective_at"], zone), row["source"])
        for name, row in sorted(last.items())
    )


def next_instant(walk: Walk) -> datetime | None:
    """When something happens by itself if nobody does anything."""
    with walk.engine.db.reading() as connection:
        found = (next_due(connection), next_attempt(connection, operations_with({})))
    return min((each for each in found if each is not None and each > walk.clock.now()), default=None)


def waiting_updates(walk: Walk) -> int:
    """How many updates to the PCP wait to be delivered."""
    with walk.engine.db.reading() as connection:
        rows = outgoing_of_case(connection, walk.case_id(None), "care_update.send")
    return sum(row["status"] == "waiting" for row in rows)
