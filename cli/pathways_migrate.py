"""`throughline pathways migrate`: say who would move to a version and who cannot and why; then move them, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import click

from cli.answers import FAULT, Answer, AnsweringCommand
from cli.installation import current_database
from cli.progress import progress as with_bar
from cli.version_names import process_meant
from engine.application import Engine
from engine.commands import OPERATOR
from engine.counted import counted
from engine.migration.batches import Progress, begin, interrupted, progress, run_chunk, undo
from engine.migration.mapping import Place
from engine.migration.plan import Example, Group, Plan, plan
from engine.migration.words import Telling, example_words
from engine.store import migrations as store

_NAMED = 5  # patients of a group; all of them stand in --json


@click.command("migrate", cls=AnsweringCommand)
@click.argument("track")
@click.option("--to", "wanted", help="The version: its hash or the beginning of it, its number, or msk@3.")
@click.option("--dry-run", is_flag=True, help="Only say who would move, who cannot and why; nothing is changed.")
@click.option("--move", "moves", multiple=True, metavar="OLD=NEW", help="The element that takes an old one's place.")
@click.option("--note", default="", help="Why; it stands in each patient's record.")
@click.option("--undo", "undone", type=int, metavar="BATCH", help="Move the cases of this batch back.")
def migrate_pathway(
    track: str, wanted: str | None, dry_run: bool, moves: tuple[str, ...], note: str, undone: int | None
) -> Answer:
    """Let running cases of TRACK (or of a process) go on in another version; exit 1 when somebody could not move.

    Each case is one transaction. Afterwards every open task of every moved case is rehearsed; if one could not be
    completed, all are moved back.
    """
    if (wanted is None) == (undone is None) or (undone is not None and (dry_run or moves)):
        raise click.UsageError("give --to VERSION, with --dry-run or --move if you like; or --undo BATCH alone")
    with current_database() as installation:
        engine = installation.engine()
        if undone is not None:
            return _run(engine, _begin_back(engine, undone, note))
        with engine.db.reading() as connection:
            process, digest = process_meant(connection, track, str(wanted), engine.clock.now())
        if not dry_run and (begun := interrupted(engine, process, to=digest)) is not None:
            return _run(engine, begun)
        with engine.db.reading() as connection:
            found = plan(engine, connection, digest, _moves(moves))
        if dry_run or found.can_count == 0:
            return Answer(_planned(found), _plan_text(found, engine), FAULT if found.cannot_count else 0)
        return _run(engine, begin(engine, digest, actor=OPERATOR, note=note, moves=_moves(moves)))


def _begin_back(engine: Engine, batch_id: int, note: str) -> int:
    """The batch that moves another one's cases back: one that was cut short goes on."""
    with engine.db.reading() as connection:
        process = str(store.batch(connection, batch_id)["process_id"])
    begun = interrupted(engine, process, undoes=batch_id)
    return undo(engine, batch_id, actor=OPERATOR, note=note) if begun is None else begun


def _moves(texts: Iterable[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        old, equals, new = text.partition("=")
        if not (equals and old.strip() and new.strip()):
            raise click.UsageError(f"--move '{text}' is not OLD=NEW, two ids of elements")
        found[old.strip()] = new.strip()
    return found


# -- the dry run ----------------------------------------------------------------------------------------------------
def _planned(found: Plan) -> dict[str, Any]:
    return {
        "process_id": found.process_id,
        "to": found.to,
        "number": found.number,
        "effective_from": found.later,
        "passed_over_by": found.passed_over_by,
        "there": found.there,
        "due": found.due,
        "can": found.can_count,
        "cannot": found.cannot_count,
        "groups": [_planned_group(group) for group in (*found.can, *found.cannot)],
    }


def _planned_group(group: Group) -> dict[str, Any]:
    return {
        "count": group.count,
        "from": group.from_version,
        "from_number": group.from_number,
        "stands": [_planned_place(place) for place in group.stands],
        "waits": [_planned_place(place) for place in group.waits],
        "renamed": [{"from": before.element, "to": after.element} for before, after in group.renamed],
        "reasons": [reason.sentence for reason in group.reasons],
        "cases": [{"case_id": each.case_id, "patient": each.name} for each in group.people],
        "examples": [_planned_example(example) for example in group.examples],
    }


def _planned_place(place: Place) -> dict[str, str]:
    return {"process": place.process, "element": place.element, "name": place.name}


def _planned_example(example: Example) -> dict[str, Any]:
    return {
        "case_id": example.person.case_id,
        "tasks": [{"task": task.task_id, **{k: list(v) for k, v in task.changed.items()}} for task in example.tasks],
        "timers": [{"element": t.element, "before": t.before, "after": t.after} for t in example.timers],
        "disarmed": [place.element for place in example.disarmed],
        "fault": example.fault,
    }


def _plan_text(found: Plan, engine: Engine) -> str:
    lines = [
        f"{found.title}, version {found.number}: {counted(found.can_count, 'case')} can move, "
        f"{found.cannot_count} cannot, {found.there} are there already"
    ]
    if found.later is not None:
        day = f"{found.later.astimezone(engine.zone):%Y-%m-%d}"
        lines.append(f"new cases take this version from {day} on; whom you move takes it now")
    if found.passed_over_by is not None:
        lines.append(
            f"version {found.passed_over_by} took its place before it was in force: "
            "new cases never take it; whom you move takes it now"
        )
    if found.due:
        lines.append(f"{counted(found.due, 'case')} of them have something due now; it happens before they move")
    for group in (*found.can, *found.cannot):
        lines += ["", *_group_lines(group, engine)]
    return "\n".join(lines)


def _group_lines(group: Group, engine: Engine) -> list[str]:
    places = f"at {_named(group.stands)}" if group.stands else "no task open"
    verb = "cannot move" if group.reasons else "can move"
    more = f" and {group.count - _NAMED} more" if group.count > _NAMED else ""
    return [
        f"{counted(group.count, 'case')} of version {group.from_number} {verb}: {places}",
        *([f"  beside it the pathway waits at {_named(group.waits)}"] if group.waits and not group.reasons else []),
        *[f"  {reason.sentence}." for reason in group.reasons],
        *[f"  {before.name} becomes {after.name}" for before, after in group.renamed],
        *[f"  {line}" for example in group.examples[:1] for line in example_words(example, _telling(engine))],
        f"  {', '.join(each.name for each in group.people[:_NAMED])}{more}",
    ]


def _named(places: Iterable[Place]) -> str:
    return ", ".join(dict.fromkeys(place.name for place in places))


def _telling(engine: Engine) -> Telling:
    return Telling(
        engine.clock.now(), date.isoformat, lambda instant: f"on {instant.astimezone(engine.zone):%Y-%m-%d at %H:%M}"
    )


# -- the batch ------------------------------------------------------------------------------------------------------
def _run(engine: Engine, batch_id: int) -> Answer:
    """Run a batch to its end, with a bar for those that move and those that are proven."""
    found = progress(engine, batch_id)
    for _ in with_bar(_chunks(engine, batch_id), total=2 * found.waiting, label="cases"):
        pass
    ended = progress(engine, batch_id)
    with engine.db.reading() as connection:
        stayed = store.people_in(connection, batch_id, ["cannot"])
        undoes = store.batch(connection, batch_id)["undoes"]
        back = store.undoing(connection, batch_id) if ended.status == "refused" else None
        left = [] if back is None else store.people_in(connection, back["id"], ["cannot"])
        stuck = store.people_in(connection, batch_id, ["stuck"])
        remain = 0 if undoes is None else len(store.running_there(connection, undoes))
    data = {
        "batch": batch_id,
        "undoes": undoes,
        "status": ended.status,
        "moved": ended.there if ended.status == "done" else 0,
        "passed": ended.passed,
        "stuck": [_stayed(row) for row in stuck],
        "left": ended.there if undoes is None else remain,
        "cannot": [_stayed(row) for row in stayed],
        "problem": ended.problem,
        "not_back": [_stayed(row) for row in left],
    }
    fault = bool(stayed) or ended.status != "done"
    return Answer(data, "\n".join(_ended_lines(data)), FAULT if fault else 0)


def _chunks(engine: Engine, batch_id: int) -> Iterable[int]:
    """Each case that moves and each that is proven, as it happens."""
    done = 0
    found: Progress = progress(engine, batch_id)
    waiting = found.waiting
    while found.goes_on is not None:
        run_chunk(engine, found.goes_on, actor=OPERATOR)
        found = progress(engine, batch_id)
        now = min((waiting - found.waiting) + found.proven, 2 * waiting)
        yield from range(done, max(done, now))
        done = max(done, now)


def _stayed(row: Any) -> dict[str, Any]:
    return {"case_id": row["case_id"], "patient": row["patient_name"], "reason": row["reason"]}


def _ended_lines(data: dict[str, Any]) -> list[str]:
    lines = [f"{row['case_id']} ({row['patient']}) stays: {row['reason']}" for row in data["cannot"]]
    lines += [f"{row['case_id']} ({row['patient']}) moved, stuck as before: {row['reason']}" for row in data["stuck"]]
    batch = f"batch {data['batch']}"
    if data["status"] == "refused":
        who = f"all but {data['left']}" if data["left"] else "all"
        lines.append(f"the proof failed, and {who} were moved back: {data['problem']}")
        lines += [f"{row['case_id']} ({row['patient']}) could not go back: {row['reason']}" for row in data["not_back"]]
    elif data["undoes"] is not None:
        rest = f"{data['left']} of batch {data['undoes']} did not go back; --undo {data['undoes']} tries again"
        then = rest if data["left"] else f"batch {data['undoes']} is undone"
        lines.append(f"{counted(data['moved'], 'case')} moved back; {then}")
    else:
        proven = "each open task of all others" if data["stuck"] else "each open task"
        lines.append(f"{counted(data['moved'], 'case')} moved; {proven} was proven completable")
        batch += f"; --undo {data['batch']} moves them back"
    return [*lines, batch]
