"""Settling incidents, one or all that have one cause: each by itself, and any run goes on where one ended."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from care.errors import CareError
from engine.case_faults import FAULTS_OF_A_CASE
from engine.commands import Actor, Outcome, RetryIncident, SkipIncident
from engine.errors import Busy, CaseClosed, NotFound, OutcomeUnknown, Refused
from engine.store.incidents import Group, listed

if TYPE_CHECKING:
    from engine.application import Engine

log = logging.getLogger("throughline.engine")

CHUNK = 25


@dataclass(frozen=True, slots=True)
class Retried:
    """What a run did, by ids: settled, failed again, passed over; ``after`` is where the next run begins.

    ``after`` is None when all have had their turn.
    """

    settled: tuple[str, ...]
    failed: tuple[str, ...]
    passed: tuple[str, ...]
    after: str | None


def settle(engine: Engine, command: RetryIncident | SkipIncident, *, actor: Actor, key: str | None = None) -> Outcome:
    """Carry out what a director has chosen, in as many transactions as what was missed takes."""
    outcome = engine.execute(command, actor=actor, key=key)
    while outcome.unfinished:
        outcome = engine.execute(RetryIncident(command.case_id, command.incident_id, command.reason), actor=actor)
    return outcome


def retry_some(
    engine: Engine,
    group: Group,
    *,
    actor: Actor,
    organisation: str | None,
    reason: str | None = None,
    after: str = "",
    size: int = CHUNK,
) -> Retried:
    """Retry the next few open incidents of a group. One that is settled meanwhile is passed over."""
    with engine.db.reading() as connection:
        rows = listed(connection, organisation, group=group, after=after, limit=size)
    found: dict[str, list[str]] = {"settled": [], "failed": [], "passed": []}
    for row in rows:
        found[_retried(engine, row["case_id"], row["id"], actor, reason)].append(row["id"])
    goes_on = rows[-1]["id"] if len(rows) == size else None
    return Retried(tuple(found["settled"]), tuple(found["failed"]), tuple(found["passed"]), goes_on)


def retry_all(
    engine: Engine, group: Group, *, actor: Actor, organisation: str | None, reason: str | None = None
) -> Retried:
    """Retry every open incident of a group once."""
    runs = [retry_some(engine, group, actor=actor, organisation=organisation, reason=reason)]
    while (after := runs[-1].after) is not None:
        runs.append(retry_some(engine, group, actor=actor, organisation=organisation, reason=reason, after=after))
    return Retried(
        tuple(each for run in runs for each in run.settled),
        tuple(each for run in runs for each in run.failed),
        tuple(each for run in runs for each in run.passed),
        None,
    )


def _retried(engine: Engine, case_id: str, incident_id: str, actor: Actor, reason: str | None) -> str:
    try:
        outcome = settle(engine, RetryIncident(case_id, incident_id, reason), actor=actor)
    except (Busy, CaseClosed, NotFound, Refused):
        return "passed"
    except OutcomeUnknown:
        raise  # the database stays away: that is no case's fault
    except (CareError, *FAULTS_OF_A_CASE) as error:
        log.error("could not be retried", extra={"case_id": case_id, "incident_id": incident_id}, exc_info=error)
        return "passed"
    return "settled" if outcome.matched else "failed"
