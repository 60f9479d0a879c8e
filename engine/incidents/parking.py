"""A process whose diagram failed is parked within a command: an incident is opened, and what it misses is kept for it.

A parked process has no next due time, so that no tick sees it, and nothing runs it until the incident is settled
(`engine.incidents.settling`). All that concerns it meanwhile is kept with the incident, in order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.bpmn.anatomy import anatomy_of
from engine.incidents.fault import FAULTS_OF_A_DIAGRAM, Fault
from engine.incidents.kept import Kept, kept_event, kept_moment, not_taken, waiting_in
from engine.store import incidents as store
from engine.store.cases import save_process

if TYPE_CHECKING:
    from engine.casework import Casework, Loaded


def park_doomed(work: Casework, until: datetime | None = None) -> bool:
    """Park what a first attempt of this command has found to fail; whether anything was.

    ``until`` while the case catches up: what fails at an instant is parked when that instant has come.
    """
    found = [each for each in work.processes() if each.row["id"] in work.doomed and not each.is_parked]
    if until is not None:
        faults = {each.row["id"]: work.doomed[each.row["id"]] for each in found}
        found = [
            each
            for each in found
            if faults[each.row["id"]].catching_up and faults[each.row["id"]].as_of <= until
        ]
    for loaded in found:
        park(work, loaded, work.doomed[loaded.row["id"]])
    return bool(found)


def park(work: Casework, loaded: Loaded, fault: Fault, kept: Sequence[Kept] = ()) -> None:
    """Let a process stand still as it is, with the reason."""
    row = loaded.row
    row.update(parked_at=work.now, next_due=None)
    save_process(work.connection, row)
    number = store.count_of_process(work.connection, work.case["id"], row["id"]) + 1
    incident = {
        "id": f"{row['id']}-i{number}",
        "case_id": work.case["id"],
        "process_id": row["id"],
        "definition": row["definition"],
        "version": row["version"],
        "first_version": row["version"],
        **told(fault),
        "status": "open",
        "opened_at": work.now,
        "opened_by": work.acting.id,
        "failures": 1,
        "last_failed_at": work.now,
        "failed_as_of": work.as_of,
        "skips": [],
        "kept": [dict(each) for each in kept],
    }
    store.add_incident(work.connection, incident)
    work.parked.append(incident["id"])
    where = f" at “{fault.element_name}”" if fault.element_name else ""
    detail = {"incident": incident["id"], "code": fault.code, "message": fault.message, "as_of": fault.as_of}
    work.note(
        "incident.opened", f"{row['title']} is parked{where}: {fault.message}", **about(incident), detail=detail
    )


def told(fault: Fault) -> dict[str, Any]:
    """What an incident says of the fault that was met last."""
    names = ("diagram", "element_id", "element_name", "code", "message", "as_of")
    return {name: getattr(fault, name) for name in names}


def about(incident: Mapping[str, Any]) -> dict[str, str | None]:
    """Of which process, element and version an entry about an incident is."""
    return {name: incident[name] for name in ("process_id", "element_id", "element_name", "version")}


# -- what a parked process misses -----------------------------------------------------------------------------------
def may_take(work: Casework, loaded: Loaded, type_: str) -> bool:
    """Whether a parked process may wait for an event once it goes on: its diagram has a place that does."""
    nodes = (node for nodes in anatomy_of(loaded.definition.specs).values() for node in nodes.values())
    return any(node.message == type_ and node.kind != "start event" for node in nodes)


def waits_now(work: Casework, loaded: Loaded, type_: str) -> bool:
    """Whether a parked process waits for an event where it stands, as far as that can be told."""
    try:
        return work.running(loaded).waits_for(type_)
    except FAULTS_OF_A_DIAGRAM:
        return False  # what was kept of it cannot be read: that is why it is parked


def keep_event(work: Casework, loaded: Loaded, event: dict[str, Any], *, starts: bool) -> None:
    """Keep an event for a parked process, and say so in the record; if it does not take it, one may start by it."""
    incident = _keep(work, loaded, kept_event(event, work.as_of, starts=starts))
    summary = f"{loaded.row['title']} is parked: the event is kept for it"
    detail = {"incident": incident["id"], "type": event["type"], "at": event["at"]}
    work.note("event.kept", summary, **about(incident), detail=detail)


def keep_moment(work: Casework, loaded: Loaded, kind: str) -> None:
    """Keep for a parked process that its case was paused or resumed."""
    _keep(work, loaded, kept_moment(kind, work.as_of))


def keep_answer(work: Casework, loaded: Loaded, answer: Kept) -> Mapping[str, Any]:
    """Keep what a person answered when the process was found to fail; the incident."""
    return dict(_keep(work, loaded, answer))


def _keep(work: Casework, loaded: Loaded, kept: Kept) -> Any:
    incident = store.open_incident_of(work.connection, loaded.row["id"])
    assert incident is not None
    store.change_open(work.connection, incident["id"], {"kept": [*incident["kept"], dict(kept)]})
    return incident


def hand_back(
    work: Casework, incident_id: str, answers: Sequence[Kept], why: str, fields: Sequence[str] = ()
) -> None:
    """Keep with an open incident why answers are not carried out: whoever gave them finds them again."""
    kept = store.incident(work.connection, incident_id)["kept"]
    told = [dict(not_taken(each, work.now, why, fields)) if each in answers else each for each in kept]
    store.change_open(work.connection, incident_id, {"kept": told})


def end_with(work: Casework, loaded: Loaded, why: str) -> None:
    """A parked process was ended from outside: there is nothing more to settle."""
    incident = store.open_incident_of(work.connection, loaded.row["id"])
    loaded.row["parked_at"] = None
    if incident is not None:
        if answers := [each for each in waiting_in(incident["kept"]) if each["kind"] == "command"]:
            hand_back(work, incident["id"], answers, why)
        resolve(work, incident["id"], "ended", why)
        detail = {"incident": incident["id"], "resolution": "ended"}
        work.note("incident.resolved", f"The incident ended with it: {why}", **about(dict(incident)), detail=detail)


def resolve(work: Casework, incident_id: str, resolution: str, reason: str | None) -> None:
    settled = {
        "status": "resolved",
        "resolved_at": work.now,
        "resolved_by": work.acting.id,
        "resolution": resolution,
        "reason": reason,
    }
    store.change_open(work.connection, incident_id, settled)
