"""A running process goes on in another version of its diagram, with its tokens, its timers and its open tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.casework import Casework, Loaded
from engine.commands import MigrateProcess
from engine.definitions import Definition
from engine.errors import Refused
from engine.handlers.handler import Handler, Result, case_of_command
from engine.migration.moving import Before, Moved, digest_of, moved, put_back
from engine.migration.reasons import MoveSettled, NothingToMove
from engine.migration.tasks import apply
from engine.store import migrations as store
from engine.store.cases import save_process


def handle(work: Casework, command: MigrateProcess) -> Result:
    work.refuse_closed()
    move = _waiting(work, command)
    loaded = next((each for each in work.processes() if each.row["id"] == command.process_id), None)
    if loaded is None:
        ended = f"process '{command.process_id}' of case '{work.case['id']}' has ended; there is nothing to move"
        raise NothingToMove(ended)
    if loaded.row["version"] == command.to:
        return Result(matched=False)
    if move is not None and move["from_version"] != loaded.row["version"]:
        number = store.number_of(work.connection, loaded.row["version"])
        raise NothingToMove(f"it has moved on to version {number} since")
    target = work.library.definition(work.connection, command.to)
    if target.process_id != loaded.row["definition"]:
        raise Refused(
            f"version {command.to[:12]} is of '{target.process_id}', and '{loaded.row['id']}' runs "
            f"'{loaded.row['definition']}'; choose a version of the same pathway"
        )
    kept = _kept(command, loaded)
    found = moved(work, loaded, target, command.moves) if kept is None else put_back(work, loaded, target, kept)
    _move(work, loaded, target, found, command)
    return Result()


def _waiting(work: Casework, command: MigrateProcess) -> Mapping[str, Any] | None:
    """The move of the batch, which must still wait: a worker that was slow would else move who has moved back since.

    Read behind the case's lock, so that nobody settles it meanwhile.
    """
    if command.batch is None:
        return None
    move = store.waiting_move(work.connection, command.batch, command.process_id)
    if move is None:
        raise MoveSettled(command.batch, command.process_id)
    return dict(move)


def _kept(command: MigrateProcess, loaded: Loaded) -> Before | None:
    """What the process was on the version it goes back to, if it stands exactly where it came to."""
    if command.back is None or digest_of(loaded.row["state"]) != command.back["after"]:
        return None
    kept = Before(**command.back)
    return kept if kept.version == command.to else None


def _move(work: Casework, loaded: Loaded, target: Definition, found: Moved, command: MigrateProcess) -> None:
    row = loaded.row
    before, state = row["version"], row["state"]
    row.update(version=target.hash, title=target.settings.title)
    loaded.definition, loaded.environment = target, found.loaded.environment
    loaded.running = found.loaded.running
    if target.settings.track is not None:
        work.case["version"] = target.hash
    store.set_version(work.connection, row["id"], before, target.hash, target.settings.title)
    work.note(
        "process.migrated",
        _summary(work, target, found),
        process_id=row["id"],
        version=target.hash,
        detail=_detail(before, target.hash, found, command),
    )
    apply(work, found.tasks)
    work.because = "the pathway was changed"
    if loaded.is_parked:  # it goes on when its incident is retried
        row.update(state=work.running(loaded).save(), next_due=None)
        save_process(work.connection, row)
    else:
        work.running(loaded).go_on()
        work.settle(loaded)
    if command.batch is not None:
        tasks = {each.task_id: {k: _plain(old) for k, (old, _) in each.changed.items()} for each in found.tasks}
        kept = {"version": before, "state": state, "after": digest_of(row["state"]), "tasks": tasks}
        if not store.note_moved(work.connection, command.batch, row["id"], kept, work.now):
            raise MoveSettled(command.batch, row["id"])  # settled without the case's lock; all of this is rolled back


def _summary(work: Casework, target: Definition, found: Moved) -> str:
    number = store.number_of(work.connection, target.hash)
    changed = sum(1 for each in found.tasks if each.changed)
    told = [f"{target.settings.title} goes on in version {number}"]
    if changed:
        told.append(f"{changed} open task{'s say' if changed > 1 else ' says'} something else now")
    if found.timers:
        told.append(f"{len(found.timers)} timer{'s were' if len(found.timers) > 1 else ' was'} set anew")
    return "; ".join(told)


def _detail(before: str, after: str, found: Moved, command: MigrateProcess) -> Mapping[str, Any]:
    standing = found.loaded.running.active_elements() if found.loaded.running is not None else []
    return {
        "from": before,
        "to": after,
        "tokens": [[step.before.process, step.before.element, step.after.element] for step in found.steps],
        "at": [[each.process, each.element_id] for each in standing],
        "timers": [
            {"process": each.process, "element": each.element, "before": each.before, "after": each.after}
            for each in found.timers
        ],
        "disarmed": [[place.process, place.element] for place in found.disarmed],
        "tasks": [
            {"task": each.task_id, **{name: list(pair) for name, pair in each.changed.items()}}
            for each in found.tasks
            if each.changed
        ],
        "batch": command.batch,
        "note": command.note,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


HANDLER = Handler("migrate_process", case_of_command, handle)
