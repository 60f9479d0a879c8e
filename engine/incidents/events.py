"""An event that was kept for a parked process happens: the process takes it, or another one begins, or nobody waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.casework import Casework, Loaded
from engine.events import EVENTS, INTERNAL
from engine.handlers.deliver_event import hand_over, may_begin
from engine.incidents.kept import Kept, at_of
from engine.incidents.parking import about, keep_event
from engine.store import incidents as store


def play_event(work: Casework, loaded: Loaded, incident: Mapping[str, Any], kept: Kept) -> None:
    """Let an event happen to a process that goes on, as of when it came."""
    event = dict(kept["event"])
    type_ = event["type"]
    sentence = EVENTS[type_].sentence if type_ in EVENTS else INTERNAL[type_]
    work.because, work.since = sentence[0].lower() + sentence[1:], at_of(event)
    if loaded.row["status"] == "active" and work.running(loaded).waits_for(type_):
        hand_over(work, loaded, event)
        for other, mine in _others(work, loaded, kept):
            starts_not = [{**each, "starts": False} if each == mine else each for each in other["kept"]]
            store.change_open(work.connection, other["id"], {"kept": starts_not})
    elif not (kept["starts"] and _goes_elsewhere(work, loaded, kept, event)):
        summary = f"{loaded.row['title']} did not wait for what was kept for it: {sentence}"
        detail = {"incident": incident["id"], "type": type_, "at": event["at"]}
        work.note("event.kept", summary, **about(incident), detail=detail)
    work.because, work.since = "the pathway moved on", None


def _goes_elsewhere(work: Casework, loaded: Loaded, kept: Kept, event: dict[str, Any]) -> bool:
    """Whether it is for another process of the diagram: one parked still, one that began since, or a new one."""
    if any(_others(work, loaded, kept)):
        return True  # that one begins it if it does not take it either
    type_, name = event["type"], loaded.row["definition"]
    since = [p for p in work.processes() if p.row["id"] in work.begun and p.row["definition"] == name]
    takers = [p for p in since if not p.is_parked and work.running(p).waits_for(type_)]
    keepers = [p for p in since if p.is_parked]
    for each in keepers:
        keep_event(work, each, event, starts=not takers)
    for each in takers:
        hand_over(work, each, event)
    if takers or keepers:
        return True
    found = work.library.started_by(work.connection, type_, work.case["track"], work.now)
    starts = [definition for definition in found if definition.process_id == name and may_begin(work, type_)]
    for definition in starts:
        work.begin(definition, type_, event)
    return bool(starts)


def _others(work: Casework, loaded: Loaded, kept: Kept) -> Iterator[tuple[Mapping[str, Any], Kept]]:
    """The open incidents of other processes of the diagram for which the event is kept too, to start one."""
    for row in store.open_incidents_of_case(work.connection, work.case["id"]):
        if row["definition"] == loaded.row["definition"] and row["process_id"] != loaded.row["id"]:
            yield from ((dict(row), each) for each in row["kept"] if each == kept and each["starts"])
