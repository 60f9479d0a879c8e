"""What stands still in a case, and what a director does about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.application import Engine
from engine.commands import Actor, Outcome, RetryIncident, SkipIncident
from engine.store import incidents as store
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import Case

DIRECTOR = Actor("vera@example.org", "Vera Stone")
FOR_EVER = "count(for i in 1..100000000 return i) = 1"  # beyond what an expression may ask for


def choosing(condition: str) -> tuple[str, ...]:
    """A task, and after it a gateway that leads to one of two others: to the left where the condition holds."""
    return (
        d.start(),
        d.user("ask"),
        d.exclusive("choose", default="right"),
        d.user("left"),
        d.user("right"),
        d.end(),
        d.flow("start ask choose right end"),
        d.flow("choose left", condition),
        d.flow("left end"),
    )


POISON, MENDED = choosing(FOR_EVER), choosing("answer.note = \"left\"")


def after_a_week(expression: str) -> tuple[str, ...]:
    """A week's wait, then another one, then a task."""
    return (
        d.start(),
        d.catch("week", d.timer("duration", "P7D")),
        d.catch("more", d.timer("duration", expression)),
        d.user("late"),
        d.end(),
        d.flow("start week more late end"),
    )


TIMER_FAILS, TIMER_MENDED = after_a_week("answer.wait"), after_a_week("P2D")


def incidents(case: Case) -> list[Mapping[str, Any]]:
    """All incidents of a case, newest first."""
    with case.engine.db.reading() as connection:
        return [dict(row) for row in store.incidents_of_case(connection, case.id)]


def incident(case: Case) -> Mapping[str, Any]:
    """The one incident that is open."""
    (found,) = [row for row in incidents(case) if row["status"] == "open"]
    return found


def retry(case: Case, reason: str | None = None) -> Outcome:
    command = RetryIncident(case.id, incident(case)["id"], reason)
    return case.engine.execute(command, actor=DIRECTOR)


def skip(case: Case, **given: Any) -> Outcome:
    row = given.pop("seen", None) or incident(case)
    where, reason = (row["element_id"], row["failures"]), given.pop("reason", "agreed with the clinic")
    command = SkipIncident(case.id, row["id"], *where, reason, **given)
    return case.engine.execute(command, actor=DIRECTOR)


def detail(case: Case, kind: str) -> Mapping[str, Any]:
    """The detail of the last entry of a kind."""
    found: Mapping[str, Any] = json.loads(case.history(kind)[-1]["detail"])
    return found


def how_many_open(engine: Engine) -> int:
    with engine.db.reading() as connection:
        return store.open_incidents(connection)
