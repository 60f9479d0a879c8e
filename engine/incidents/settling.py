"""A parked process goes on: what it has missed happens to it in order of time, each as of its own instant.

Between two things that were kept its timers fire, so that it comes to stand where it would stand had it never failed.
Whatever fails again undoes all of it: the incident stays open and counts one failure more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from engine import casework
from engine.casework import Casework, Loaded
from engine.commands import Outcome
from engine.errors import InvalidInput, NotFound, Refused, TaskTaken
from engine.fingerprints import fingerprint
from engine.handlers import complete_task
from engine.handlers.deliver_event import deliver_raised
from engine.handlers.handler import Result
from engine.incidents.events import play_event
from engine.incidents.fault import Fault, fault_in
from engine.incidents.kept import Kept, answer_in, at_of, not_taken_in, waiting_in
from engine.incidents.parking import about, hand_back, resolve, told
from engine.incidents.place import Skip, kept_skip, skip_in
from engine.store import commands as command_store
from engine.store import incidents as store
from engine.store.cases import save_process
from engine.store.history import entries_of_kinds
from engine.store.people import name_of


def open_incident(work: Casework, incident_id: str) -> Mapping[str, Any]:
    """An open incident of the case; raises NotFound, or Refused with who has settled it."""
    row = store.incident(work.connection, incident_id)
    if row["case_id"] != work.case["id"]:
        raise NotFound(f"incident of case '{work.case['id']}'", incident_id)
    if row["status"] != "open":
        by = name_of(work.connection, row["resolved_by"])
        raise Refused(f"incident '{incident_id}' was settled by {by} ({row['resolution']}); there is no more to do")
    return dict(row)


def go_on(work: Casework, incident: Mapping[str, Any], reason: str | None, skip: Skip | None = None) -> Result:
    """Let the process of an open incident go on, past what failed if that is to be skipped."""
    loaded = work.process(incident["process_id"])
    if (fault := work.doomed.get(loaded.row["id"])) is not None:
        return _failed_again(work, incident, reason, fault, skip)
    where = f" “{incident['element_name']}”" if incident["element_name"] else ""
    kept = [_named(each) for each in waiting_in(incident["kept"])]
    detail = {"incident": incident["id"], "reason": reason, "failures": incident["failures"], "kept": kept}
    if skip is not None:
        detail |= {"to": skip.to, "fires_at": skip.at}
    did = f"let go past{where}" if skip is not None else f"tried again{f' at{where}' if where else ''}"
    work.note(
        "incident.retried" if skip is None else "incident.skipped",
        f"{loaded.row['title']} was {did}{_because(reason)}",
        **about(incident),
        detail=detail,
    )
    moved = incident["first_version"] != loaded.row["version"]
    skips = [*_skips_before(loaded, incident), *([] if skip is None else [skip])]
    _unpark(work, loaded, skips)
    left = _play(work, loaded, incident)
    if left is not None:
        return _rest_later(work, loaded, incident, left, skips)
    resolve(work, incident["id"], "skipped" if skip else "migrated" if moved else "retried", reason)
    if skip is not None and not skip.used:
        raise Refused(f"the process does not come to{where or ' the element'} any more; retry instead of skipping it")
    return Result()


def _skips_before(loaded: Loaded, incident: Mapping[str, Any]) -> list[Skip]:
    """What directors have let it go past when it failed again behind: meant for the version in which it failed."""
    return [skip_in(each) for each in incident["skips"] if each["version"] == loaded.row["version"]]


def _unpark(work: Casework, loaded: Loaded, skips: Sequence[Skip]) -> None:
    running = work.running(loaded)
    loaded.environment.skips = skips
    loaded.row.update(parked_at=None, next_due=running.next_due())
    save_process(work.connection, loaded.row)


def _play(work: Casework, loaded: Loaded, incident: Mapping[str, Any]) -> Sequence[Kept] | None:
    """What is left of it when there is more than one transaction takes; None when all has happened."""
    kept = waiting_in(incident["kept"])
    for number, each in enumerate(kept):
        if work.run_until(min(at_of(each), work.now), deliver_raised) == casework.MOST_INSTANTS:
            return kept[number:]
        work.stand_at(min(at_of(each), work.now))
        if loaded.row["status"] == "active" or each["kind"] in ("command", "event"):
            _CARRY_OUT[each["kind"]](work, loaded, incident, each)
            deliver_raised(work)
    ran = work.run_until(work.now, deliver_raised)
    if ran == casework.MOST_INSTANTS:
        return ()
    work.stand_at(work.now)
    return None


def _rest_later(
    work: Casework, loaded: Loaded, incident: Mapping[str, Any], left: Sequence[Kept], skips: Sequence[Skip]
) -> Result:
    """Keep what was reached: the process is parked there, and a next transaction goes on in order of time."""
    row, reached = loaded.row, work.as_of
    if row["status"] != "active":
        raise Refused(f"{row['title']} has ended, and what it missed starts more than a command takes; close the case")
    work.stand_at(work.now)
    row.update(parked_at=work.now, next_due=None)
    save_process(work.connection, row)
    unused = [kept_skip(each, row["version"]) for each in skips if not each.used]
    kept = [*not_taken_in(store.incident(work.connection, incident["id"])["kept"]), *left]
    store.change_open(work.connection, incident["id"], {"kept": [dict(each) for each in kept], "skips": unused})
    day = reached.astimezone(work.zone)
    summary = f"{row['title']} has come to {day:%a %-d %b %Y}; the rest of what it missed happens in a next transaction"
    detail = {"incident": incident["id"], "reached": reached, "left": len(left)}
    work.note("incident.retried", summary, **about(incident), detail=detail)
    return Result(matched=False, unfinished=True)


# -- what was kept --------------------------------------------------------------------------------------------------
def _begin(work: Casework, loaded: Loaded, incident: Mapping[str, Any], kept: Kept) -> None:
    event = loaded.row["event"]
    work.since = None if event is None else at_of(event)
    running = work.running(loaded)
    with work.at_work(loaded):
        running.run_timers()
    work.settle(loaded)
    work.since = None


def _paused(work: Casework, loaded: Loaded, incident: Mapping[str, Any], kept: Kept) -> None:
    work.hold(loaded)


def _resumed(work: Casework, loaded: Loaded, incident: Mapping[str, Any], kept: Kept) -> None:
    if loaded.row["paused"]:
        work.release(loaded)


def _answer(work: Casework, loaded: Loaded, incident: Mapping[str, Any], kept: Kept) -> None:
    """Carry out what a person has answered, as that person; what cannot be taken any more is said and handed back."""
    command, actor = answer_in(kept)
    _refuse_changed(work, incident, kept)
    before = len(work.opened)
    with work.acting_as(actor):
        try:
            complete_task.handle_kept(work, command, kept["learnt"])
        except (InvalidInput, Refused) as error:
            if fault_in(error) is not None:
                raise  # what stands behind the task fails, half of it is done
            # Else both are raised before anything of the answer was recorded.
            summary = f"What {actor.name} had answered was not taken: {_fields_of(error)}"
            detail = {"incident": incident["id"], "task": command.task_id}
            work.note("incident.resolved", summary, task_id=command.task_id, **about(incident), detail=detail)
            hand_back(work, incident["id"], [kept], *_against(error))
            return
    outcome = Outcome(
        case_id=work.case["id"],
        task_id=command.task_id,
        tasks=tuple(row["id"] for row in work.opened[before:] if row["status"] == "open"),
        status=work.case["status"],
    )
    key = kept["key"]
    if key is not None and command_store.command_with_key(work.connection, key) is not None:
        key = None  # its owner has used it for something else since
    command_store.add_command(
        work.connection,
        {
            "key": key,
            "fingerprint": fingerprint(command),
            "kind": type(command).__name__,
            "case_id": work.case["id"],
            "actor": actor.id,
            "at": work.now,
            "outcome": asdict(outcome),
        },
    )


def _refuse_changed(work: Casework, incident: Mapping[str, Any], kept: Kept) -> None:
    """An answer is carried out as its entry in the record tells it, or not at all."""
    command, actor = answer_in(kept)
    told = {"incident": incident["id"], "at": kept["at"], "fingerprint": fingerprint(command)}
    for entry in entries_of_kinds(work.connection, work.case["id"], ("answer.kept",), work.seen):
        said = json.loads(entry["detail"])
        if (entry["actor"], entry["task_id"]) == (actor.id, command.task_id) and told.items() <= said.items():
            return
    raise Refused(
        f"an answer that is kept with incident '{incident['id']}' is not the one that the record tells of: it was "
        "changed from outside of the program; run 'throughline history verify' and tell who runs the database"
    )


_CARRY_OUT: Final[Mapping[str, Callable[[Casework, Loaded, Mapping[str, Any], Kept], None]]] = {
    "begin": _begin,
    "event": play_event,
    "paused": _paused,
    "resumed": _resumed,
    "command": _answer,
}


# -- in words -------------------------------------------------------------------------------------------------------
def _failed_again(
    work: Casework, incident: Mapping[str, Any], reason: str | None, fault: Fault, skip: Skip | None
) -> Result:
    failures = incident["failures"] + 1
    again = {
        **told(fault),
        "version": fault.version,
        "as_of": incident["as_of"],
        "failed_as_of": fault.as_of,
        "failures": failures,
        "last_failed_at": work.now,
    }
    if skip is not None and (skip.diagram, skip.element, skip.since) != (fault.diagram, fault.element_id, fault.as_of):
        again["skips"] = [*incident["skips"], kept_skip(skip, fault.version)]  # it got past it, and failed behind
    store.change_open(work.connection, incident["id"], again)
    where = f" at “{fault.element_name}”" if fault.element_name else ""
    detail = {"incident": incident["id"], "reason": reason, "failures": failures, "message": fault.message}
    work.note(
        "incident.retried" if skip is None else "incident.skipped",
        f"{work.process(incident['process_id']).row['title']} was tried and failed again{where}, for the "
        f"{_ordinal(failures)} time: {fault.message}",
        **about({**incident, **again}),
        detail=detail,
    )
    return Result(matched=False)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return {2: "second", 3: "third"}.get(number, f"{number}{ending}")


def _because(reason: str | None) -> str:
    return f": {reason}" if reason else ""


def _named(kept: Kept) -> dict[str, Any]:
    """What the record says of something that was kept: nothing that was entered."""
    if kept["kind"] == "command":
        return {"kind": "command", "at": kept["at"], "task": kept["task"], "actor": kept["actor"]}
    if kept["kind"] == "event":
        return {"kind": "event", "at": kept["at"], "type": kept["event"]["type"]}
    return {"kind": kept["kind"], "at": kept["at"]}


def _against(error: InvalidInput | Refused) -> tuple[str, tuple[str, ...]]:
    """What stands against an answer, in words that a person reads at their task; and the fields, where it is these."""
    if isinstance(error, InvalidInput):
        return "its form does not take it as it is", tuple(sorted(error.errors))
    return "the task had ended before" if isinstance(error, TaskTaken) else error.message, ()


def _fields_of(error: InvalidInput | Refused) -> str:
    return ", ".join(sorted(error.errors)) if isinstance(error, InvalidInput) else error.message
