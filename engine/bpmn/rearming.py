"""When a timer is due whose definition is new to a token that has been waiting already.

A changed or new timer counts from when it would have been armed, had the diagram always been the new one. Where that
instant lies behind us, it counts from now: nobody is overtaken by a deadline that did not exist while they worked. A
deadline that was there already never moves away for that reason, and a date that has passed is due at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.bpmn.live import Token
from engine.bpmn.timers import CYCLE, TimerDefinition

_AFTER = timedelta(microseconds=1)  # what is due at this very instant has fired under the old definition


@dataclass(frozen=True, slots=True)
class Arming:
    """A token whose timer is to be worked out: ``since`` when it has waited, where that is known."""

    token: int
    process: str
    element: str
    name: str
    activity: int | None  # the token of the activity that a boundary event stands on
    was_armed: bool


@dataclass(frozen=True, slots=True)
class Rearmed:
    """A timer with the instant it was due before, and is now; None where it is not due at all."""

    process: str
    element: str
    name: str
    before: datetime | None
    after: datetime | None
    kept: bool = False  # changed, but nobody knows since when it has waited


def rearm(token: Token, arming: Arming, since: datetime | None) -> Rearmed | None:
    """Work out a token's timer anew; None where there is nothing to say: a single timer that has fired stays fired."""
    internal = token.internal_data
    before = _instant(internal.get("due"))
    has_fired = arming.was_armed and before is None and "count" not in internal
    if has_fired:
        return None
    definition: TimerDefinition = token.task_spec.event_definition
    anchor = _instant(internal.get("anchor")) or since
    if anchor is None and arming.was_armed:
        return Rearmed(arming.process, arming.element, arming.name, before, before, kept=True)
    anchor = min(anchor or _now(token), _now(token))
    internal["anchor"] = anchor.isoformat()
    if definition.kind == CYCLE:
        _next_firing(token, definition, anchor)
    else:
        internal.pop("count", None)
        internal["due"] = _due(token, definition, anchor, before).isoformat()
    return Rearmed(arming.process, arming.element, arming.name, before, _instant(internal.get("due")))


def _next_firing(token: Token, definition: TimerDefinition, anchor: datetime) -> None:
    """The first firing that is still to come; those that would have been are counted, and do not come any more."""
    environment, internal = token.workflow.script_engine, token.internal_data
    found = environment.nth_of_cycle(token, definition.expression, anchor, 0, _now(token) + _AFTER)
    if found is None:
        internal.setdefault("count", 0)
        internal.pop("due", None)
    else:
        internal["count"], due = found
        internal["due"] = due.isoformat()


def _due(token: Token, definition: TimerDefinition, anchor: datetime, before: datetime | None) -> datetime:
    environment, now = token.workflow.script_engine, _now(token)
    with environment.at(anchor):
        due: datetime = environment.due(token, definition.kind, definition.expression)
    if due > now:
        return due
    again = max(now, environment.due(token, definition.kind, definition.expression))
    return min(again, before) if before is not None and before > now else again


def _now(token: Token) -> datetime:
    now: datetime = token.workflow.script_engine.as_of
    return now


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
