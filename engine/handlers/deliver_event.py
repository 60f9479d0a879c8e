"""Something happened to the patient: facts are learnt, what waits for it goes on, what it starts begins."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from typing import Any

from care.calendars import local_date
from engine import early_warning, eligibility, signals
from engine.casework import Casework, Loaded
from engine.commands import DeliverEvent
from engine.errors import InvalidInput, NaiveInstant, Refused
from engine.events import EVENTS, INTERNAL, checked
from engine.handlers.handler import Handler, Result, case_of_command
from engine.incidents.parking import keep_event, may_take, waits_now
from engine.measures import record_measure, record_response
from engine.statuses import RUNNING
from engine.store.cases import cases_of_patient

OLDEST_EVENT = timedelta(days=30)  # a discharge shortly before alignment still asks for a call
OLDEST_MEASURE = timedelta(days=731)  # CMS takes laboratory values of 1 to 2 years
OF_THE_PERSON = ("patient.died",)  # what ends every programme of a patient, whichever heard of it first
UNTIL_CLOSED = ("safety.flagged", "care_update.failed")
MOST_RAISED = 100  # events of the engine's own in one command


def handle(work: Casework, command: DeliverEvent) -> Result:
    checked(command.type, command.payload)
    at = command.occurred_at or work.now
    if at.tzinfo is None:
        raise InvalidInput({"occurred_at": NaiveInstant(at).message})
    if at > work.now:
        raise InvalidInput({"occurred_at": f"{at.isoformat()} is in the future"})
    _refuse_too_early(work, command.type, at)
    before = work.case["status"]
    matched = happen(work, command.type, command.payload, at)
    if command.type in OF_THE_PERSON and before != work.case["status"]:
        _tell_others(work, command.type, command.payload, at)
    return Result(matched=matched)


def _tell_others(work: Casework, type_: str, payload: Mapping[str, Any], at: datetime) -> None:
    """The patient's other open cases hear of it through the outbox: each is a case of its own, with its own lock."""
    for case in cases_of_patient(work.connection, work.case["patient_id"]):
        if case["id"] != work.case["id"] and case["status"] in RUNNING:
            told = {"case_id": case["id"], "type": type_, "payload": dict(payload), "occurred_at": at.isoformat()}
            work.enqueue("case.tell", told)


def _refuse_too_early(work: Casework, type_: str, at: datetime) -> None:
    """Measures may be as old as the laboratory values that CMS takes; all else is of about the time of alignment."""
    aligned_on = work.case["aligned_on"]
    first = aligned_on - (OLDEST_MEASURE if type_ == "measure.recorded" else OLDEST_EVENT)
    if _day_of(at, work) < first:
        problem = f"{at.date().isoformat()} is too early; give a day from {first.isoformat()} on"
        raise InvalidInput({"occurred_at": problem})


def _day_of(at: datetime, work: Casework) -> date:
    try:
        return local_date(at, work.zone)
    except OverflowError:
        return at.date()


def deliver_raised(work: Casework) -> None:
    """Let happen what the diagrams have raised, as of the instant that they run as of."""
    for _ in range(MOST_RAISED):
        _look_at_what_is_new(work)
        if not work.raised:
            return
        type_, payload = work.raised.pop(0)
        happen(work, type_, payload, work.as_of)
    if work.raised:
        loaded = work.first_to_raise()
        with work.at_work(loaded) if loaded is not None else nullcontext():
            raise Refused(
                f"case '{work.case['id']}': its processes raise '{work.raised[0][0]}' without end; "
                "mend the diagram that an event starts and that raises the event again"
            )


def _look_at_what_is_new(work: Casework) -> None:
    """What was recorded since the last look may ask for a safety review, warn of a trend, or exclude the patient."""
    if work.as_of == work.now:  # diagnoses are those of today: a timer that fires late must not read them back in time
        eligibility.raise_for(work)
    new = [row for row in work.facts.written[work.looked_at :] if row["source"] != "rule"]
    work.looked_at = len(work.facts.written)
    if new:
        signals.raise_for(work, new)
        early_warning.raise_for(work, new)


def happen(work: Casework, type_: str, payload: Mapping[str, Any], at: datetime) -> bool:
    """Let an event happen to a case; whether anything waited for it. One that nothing takes is recorded too.

    Tasks that it opens are due from when it happened, not from when it was told: two business days after a
    discharge stay two, however late the message comes.
    """
    sentence = EVENTS[type_].sentence if type_ in EVENTS else INTERNAL[type_]
    event = {"type": type_, "on": local_date(at, work.zone).isoformat(), "at": at.isoformat(), **payload}
    _learn(work, type_, payload, at)
    work.refuse_closed()
    raised = len(work.raised)
    _look_at_what_is_new(work)
    takers = [p for p in work.processes() if not p.is_parked and work.running(p).waits_for(type_)]
    keepers = [p for p in work.processes() if p.is_parked and may_take(work, p, type_)]
    waiting = [*takers, *(p for p in keepers if waits_now(work, p, type_))]
    starts = work.library.started_by(work.connection, type_, work.case["track"], work.now)
    starts = [d for d in starts if d.process_id not in {p.row["definition"] for p in takers}]
    if not may_begin(work, type_):
        starts = []  # concluded: what is left is closing it, nothing else begins
    # Whether a parked process takes it in place of a new one is known when it goes on; a safety review does not wait.
    undecided = set() if type_ in UNTIL_CLOSED else {p.row["definition"] for p in keepers}
    later = {d.process_id for d in starts if d.process_id in undecided}
    starts = [d for d in starts if d.process_id not in later]
    own = _OWN.get(type_) if work.case["status"] == _CHANGES.get(type_) else None
    matched = bool(waiting or starts or later or own or len(work.raised) > raised)
    work.note("event.received" if matched else "event.unmatched", sentence + _told(payload), detail=event)
    work.because, work.since = sentence[0].lower() + sentence[1:], at
    if own is not None:
        own(work)
    for loaded in keepers:
        keep_event(work, loaded, event, starts=loaded.row["definition"] in later)
    for loaded in takers:
        if loaded.row["status"] == "active":
            hand_over(work, loaded, event)
    for definition in starts:
        if may_begin(work, type_):
            work.begin(definition, type_, event)
    work.since = None
    return matched


def hand_over(work: Casework, loaded: Loaded, event: dict[str, Any]) -> None:
    """Give an event to a process that waits for it."""
    loaded.row["event"] = loaded.environment.event = event
    running = work.running(loaded)
    with work.at_work(loaded):
        running.deliver(event["type"])
    work.settle(loaded)


def may_begin(work: Casework, type_: str) -> bool:
    """In a case that is concluded and not yet closed only what cannot be left undone begins."""
    status = work.case["status"]
    return status in RUNNING or (type_ in UNTIL_CLOSED and status != "deceased")


def _learn(work: Casework, type_: str, payload: Mapping[str, Any], at: datetime) -> None:
    if type_ == "measure.recorded":
        record_measure(work, payload, at)
    elif type_ == "response.received":
        record_response(work, payload, at)


def _told(payload: Mapping[str, Any]) -> str:
    """What the payload adds to the sentence: " at St. Mary's: a fall"."""
    place = f" at {payload['facility']}" if payload.get("facility") else ""
    reason = f": {payload['reason']}" if payload.get("reason") else ""
    return place + reason


_CHANGES = {"case.paused": "active", "case.resumed": "paused"}  # only a case in this status is changed by it
_OWN = {"case.paused": lambda work: work.pause(keep=None), "case.resumed": lambda work: work.resume()}

HANDLER = Handler("deliver_event", case_of_command, handle)
