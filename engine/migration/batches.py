"""Batches of moves: begun, run in chunks that may end anywhere, proven, and undone.

Each case is one transaction with its history entry and the status of its move, so that a batch which is cut short goes
on with those that wait. When all have moved, everything that is open in them is rehearsed; what cannot go on lets the
whole batch be moved back, by a batch of its own.

    moving → proving → done          a director may undo it: another batch; undone when nobody is left there
                     → refused       the proof failed: another batch moves everybody back
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping
from sqlalchemy.exc import IntegrityError

from engine.application import FAULTS_OF_A_CASE, Engine
from engine.commands import Actor, MigrateProcess
from engine.errors import CaseClosed, NotFound, Refused
from engine.migration.plan import plan
from engine.migration.proof import fault_of, was_so_before
from engine.migration.reasons import CannotMigrate, MoveSettled, NothingToMove, told, told_of
from engine.store import migrations as store
from engine.store.people import name_of

CHUNK = 25
FINAL = ("done", "refused", "undone")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch has come; ``goes_on`` is the batch to run next, None when there is nothing more to do."""

    batch: int
    status: str
    waiting: int
    moved: int
    proven: int
    cannot: int
    passed: int
    stuck: int  # moved, and cannot go on, as they could not before either: not held against the version
    back: int  # moved back since
    problem: str | None
    goes_on: int | None

    @property
    def total(self) -> int:
        return self.waiting + self.there + self.back + self.cannot + self.passed

    @property
    def there(self) -> int:
        """Who has moved and not moved back."""
        return self.moved + self.proven + self.stuck


# -- begin ----------------------------------------------------------------------------------------------------------
def begin(engine: Engine, to: str, *, actor: Actor, note: str, moves: Mapping[str, str] | None = None) -> int:
    """Open a batch that moves everybody who runs another version of the pathway to ``to``; its id.

    Those who cannot move are in it too, with the reason. Raises Refused while another batch of the pathway is open.
    """
    now = engine.clock.now()
    with engine.db.reading() as connection:
        found = plan(engine, connection, to, moves)
    waiting = [(person, group, None) for group in found.can for person in group.people]
    cannot = [
        (person, group, told_of(group.reasons))
        for group in found.cannot
        for person in group.people
    ]
    rows = [
        {
            "process": person.process,
            "case_id": person.case_id,
            "from_version": group.from_version,
            "to_version": to,
            "status": "waiting" if reason is None else "cannot",
            "reason": reason,
        }
        for person, group, reason in (*waiting, *cannot)
    ]
    if not waiting:
        raise Refused(f"nobody can move to version {found.number} of '{found.title}'; the dry run says why")
    return _open(engine, found.process_id, to, rows, actor=actor, note=note, moves=dict(moves or {}), now=now)


def undo(engine: Engine, batch_id: int, *, actor: Actor, note: str) -> int:
    """Open a batch that moves the cases of a finished one back to the versions they came from; its id.

    It may be done again for those who could not go back before.
    """
    now = engine.clock.now()
    with engine.db.reading() as connection:
        row = dict(store.batch(connection, batch_id))
        running = store.running_there(connection, batch_id)
        rows = _way_back(running)
        reason = _why_not(row) or _nobody_to_undo(connection, row, running)
    if reason is not None:
        raise Refused(f"batch {batch_id} cannot be undone: {reason}")
    back = _inverse(row["moves"])
    return _open(
        engine, row["process_id"], row["to_version"], rows, actor=actor, note=note, moves=back, now=now, undoes=batch_id
    )


def _inverse(moves: Mapping[str, str]) -> dict[str, str]:
    """Where an element goes back to; where two became one, to the first of them."""
    return {new: old for old, new in reversed(list(moves.items()))}


def _why_not(row: Mapping[str, Any]) -> str | None:
    if row["undoes"] is not None:
        return f"it moved the cases of batch {row['undoes']} back; begin a new one from the version's page"
    if row["status"] == "undone":
        return "it is undone already"
    return None if row["status"] in FINAL else "it has not finished; let it go on first"


def _nobody_to_undo(connection: Connection, row: Mapping[str, Any], running: Sequence[RowMapping]) -> str | None:
    """Why nobody of a batch can go back now: an older batch is not to jump over a newer one."""
    if any(move["version"] == row["to_version"] for move in running):
        return None
    if not running:
        return "nobody whom it has moved is still there"
    numbers = store.numbers_of(connection, row["process_id"])
    onward = sorted({numbers[move["version"]] for move in running})
    versions = f"version{'s' if len(onward) > 1 else ''} {', '.join(str(number) for number in onward)}"
    return f"all of its patients have moved on since, to {versions}; undo what moved them there first"


def _way_back(there: Sequence[RowMapping]) -> list[dict[str, Any]]:
    return [
        {
            "process": move["process"],
            "case_id": move["case_id"],
            "from_version": move["to_version"],
            "to_version": move["from_version"],
            "status": "waiting",
            "reason": None,
        }
        for move in there
    ]


def _open(
    engine: Engine,
    process_id: str,
    to: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    actor: Actor,
    note: str,
    moves: Mapping[str, str],
    now: datetime,
    undoes: int | None = None,
) -> int:
    batch = _batch_row(process_id, to, actor=actor, note=note, moves=moves, now=now, undoes=undoes)
    try:
        with engine.db.writing() as connection:
            number = store.add_batch(connection, batch)
            store.add_moves(connection, [{**row, "batch_id": number} for row in rows])
    except IntegrityError:
        with engine.db.reading() as connection:
            other = store.open_batch(connection, process_id)
            if other is None:
                raise
            by = name_of(connection, other["created_by"])
        raise Refused(
            f"{by} is moving patients of this pathway since {other['created_at'].astimezone(engine.zone):%H:%M} "
            f"(batch {other['id']}); let it finish first"
        ) from None
    return number


def _batch_row(
    process_id: str,
    to: str,
    *,
    actor: Actor,
    note: str,
    moves: Mapping[str, str],
    now: datetime,
    undoes: int | None = None,
) -> dict[str, Any]:
    return {
        "process_id": process_id,
        "to_version": to,
        "status": "moving",
        "undoes": undoes,
        "moves": dict(moves),
        "note": note,
        "problem": None,
        "created_at": now,
        "created_by": actor.id,
        "finished_at": None,
    }


# -- run ------------------------------------------------------------------------------------------------------------
def run_chunk(engine: Engine, batch_id: int, *, actor: Actor, size: int = CHUNK) -> Progress:
    """Move or prove the next few; anybody may, any number at once, and again after a crash."""
    with engine.db.reading() as connection:
        batch = dict(store.batch(connection, batch_id))
    if batch["status"] == "moving":
        _move_some(engine, batch, actor, size)
    elif batch["status"] == "proving":
        _prove_some(engine, batch, actor, size)
    return progress(engine, batch_id)


def progress(engine: Engine, batch_id: int) -> Progress:
    """How far a batch has come; raises NotFound."""
    with engine.db.reading() as connection:
        batch = store.batch(connection, batch_id)
        counts = store.counts_of(connection, batch_id)
        back = store.undoing(connection, batch_id)
    goes_on = batch_id if batch["status"] not in FINAL else None
    if goes_on is None and back is not None and back["status"] not in FINAL:
        goes_on = back["id"]
    return Progress(
        batch=batch_id,
        status=batch["status"],
        waiting=counts.get("waiting", 0),
        moved=counts.get("moved", 0),
        proven=counts.get("proven", 0),
        cannot=counts.get("cannot", 0),
        passed=counts.get("passed", 0),
        stuck=counts.get("stuck", 0),
        back=counts.get("back", 0),
        problem=batch["problem"],
        goes_on=goes_on,
    )


def _move_some(engine: Engine, batch: Mapping[str, Any], actor: Actor, size: int) -> None:
    with engine.db.reading() as connection:
        waiting = store.moves_in(connection, batch["id"], "waiting", size)
        moved = store.moves_of(connection, batch["undoes"], [move["process"] for move in waiting])
    kept = {move["process"]: move["before"] for move in moved}
    for move in waiting:
        _move_one(engine, batch, dict(move), actor, kept.get(move["process"]))
    if len(waiting) < size:
        _all_moved(engine, batch)


def _move_one(
    engine: Engine, batch: Mapping[str, Any], move: Mapping[str, Any], actor: Actor, kept: Mapping[str, Any] | None
) -> None:
    command = MigrateProcess(
        move["case_id"],
        move["process"],
        move["to_version"],
        moves=batch["moves"],
        note=batch["note"] or None,
        batch=batch["id"],
        back=kept,
    )
    try:
        outcome = engine.execute(command, actor=actor)
    except MoveSettled:
        pass  # another worker was faster
    except CannotMigrate as fault:
        _settle(engine, batch, move, "cannot", told_of(fault.reasons))
    except (CaseClosed, NotFound, NothingToMove) as fault:
        _settle(engine, batch, move, "passed", fault.message)
    except FAULTS_OF_A_CASE as fault:
        _settle(engine, batch, move, "cannot", told(fault))
    else:
        if not outcome.matched:
            _settle(engine, batch, move, "passed", "it was on that version already")


def _settle(engine: Engine, batch: Mapping[str, Any], move: Mapping[str, Any], status: str, reason: str) -> None:
    with engine.db.writing() as connection:
        values = {"status": status, "reason": reason}
        store.settle_move(connection, batch["id"], move["process"], "waiting", values)


def _all_moved(engine: Engine, batch: Mapping[str, Any]) -> None:
    """Those who have moved are proven next; who has moved back stands where they stood, and nothing is to be proven."""
    now = engine.clock.now()
    with engine.db.writing() as connection:
        if batch["undoes"] is None:
            store.change_batch(connection, batch["id"], "moving", {"status": "proving"})
            return
        ended = {"status": "done", "finished_at": now}
        was_first = store.change_batch(connection, batch["id"], "moving", ended)
        if was_first and not store.running_there(connection, batch["undoes"]):  # else the rest may be tried again
            store.change_batch(connection, batch["undoes"], "done", {"status": "undone"})


def _prove_some(engine: Engine, batch: Mapping[str, Any], actor: Actor, size: int) -> None:
    with engine.db.reading() as connection:
        moved = store.moves_in(connection, batch["id"], "moved", size)
    for move in moved:
        fault = fault_of(engine, move["case_id"])
        if fault is not None and not was_so_before(engine, fault, _back(batch, dict(move))):
            _refuse(engine, batch, dict(move), fault.sentence, actor)
            return
        found = {"status": "proven"} if fault is None else {"status": "stuck", "reason": fault.sentence}
        with engine.db.writing() as connection:
            store.settle_move(connection, batch["id"], move["process"], "moved", found)
    if len(moved) < size:
        with engine.db.writing() as connection:
            store.change_batch(
                connection, batch["id"], "proving", {"status": "done", "finished_at": engine.clock.now()}
            )


def _back(batch: Mapping[str, Any], move: Mapping[str, Any]) -> MigrateProcess:
    """What would move a case back: only ever rehearsed."""
    way = _inverse(batch["moves"])
    return MigrateProcess(move["case_id"], move["process"], move["from_version"], moves=way, back=move["before"])


def _refuse(
    engine: Engine, batch: Mapping[str, Any], move: Mapping[str, Any], fault: str, actor: Actor
) -> None:
    """The proof failed: in one transaction the batch ends, and the one that moves everybody back begins."""
    now = engine.clock.now()
    problem = f"case '{move['case_id']}': {fault}"
    with engine.db.writing() as connection:
        ended = {"status": "refused", "problem": problem, "finished_at": now}
        if not store.change_batch(connection, batch["id"], "proving", ended):
            return
        rows = _way_back(store.running_there(connection, batch["id"]))
        note = f"the proof of batch {batch['id']} failed"
        number = store.add_batch(
            connection,
            _batch_row(
                batch["process_id"],
                batch["to_version"],
                actor=actor,
                note=note,
                moves=_inverse(batch["moves"]),
                now=now,
                undoes=batch["id"],
            ),
        )
        store.add_moves(connection, [{**row, "batch_id": number} for row in rows])


def interrupted(engine: Engine, process_id: str, *, to: str | None = None, undoes: int | None = None) -> int | None:
    """The batch of a pathway that has begun and not finished, if it is the one to this version, or the one back."""
    with engine.db.reading() as connection:
        found = store.open_batch(connection, process_id)
    if found is None or found["undoes"] != undoes or to not in (None, found["to_version"]):
        return None
    return int(found["id"])


def finish(engine: Engine, batch_id: int, *, actor: Actor) -> Progress:
    """Run a batch to its end, and the one that undoes it where its proof fails; how the batch itself ended."""
    found = progress(engine, batch_id)
    while found.goes_on is not None:
        run_chunk(engine, found.goes_on, actor=actor)
        found = progress(engine, batch_id)
    return found
