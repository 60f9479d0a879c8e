"""Moving running cases: who would move to this version and who cannot, then the batch, its proof, and the way back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, RowMapping

from engine.errors import InvalidInput, NotFound, Refused
from engine.migration.batches import Progress, begin, progress, run_chunk, undo
from engine.migration.plan import plan
from engine.store import migrations as store
from engine.store.people import name_of
from engine.store.versions import version
from webui.access import DIRECTORS, EVERYONE, allowed, visitor
from webui.extension import engine
from webui.htmx import is_part, part
from webui.migration_words import group_words, patients_in, shown
from webui.pages.blueprint import goes_to, pages
from webui.seen import listed

_LONGEST_NOTE = 500


@pages.get("/pathways/<digest>/migrate")
@allowed(DIRECTORS)
def migrate(digest: str) -> ResponseReturnValue:
    """The dry run. `?move=OLD:NEW`, as often as needed, names what takes an old element's place."""
    try:
        return _dry_run(digest, _moves(request.args.getlist("move")))
    except InvalidInput as error:
        return _dry_run(digest, {}, list(error.errors.values())), 422


@pages.post("/pathways/<digest>/migrate")
@allowed(DIRECTORS)
def begin_migration(digest: str) -> ResponseReturnValue:
    """Opens the batch; with JavaScript its first cases move at once, and the page goes on by itself."""
    note = request.form.get("note", "").strip()[:_LONGEST_NOTE]
    try:
        moves = _moves(request.form.getlist("move"))
        batch_id = begin(engine(), digest, actor=visitor().actor, note=note, moves=moves)
    except (InvalidInput, Refused) as error:
        return _refused(error, url_for("pages.migrate", digest=digest))
    return _begun(digest, batch_id)


@pages.get("/pathways/<digest>/migrate/batches/<int:batch_id>")
@allowed(EVERYONE)
def migration_batch(digest: str, batch_id: int) -> str:
    """One batch: how far it is, whom it moved, who stayed and why."""
    return render_template("pages/migration_batch.html", **_batch(digest, batch_id), going=False)


@pages.post("/pathways/<digest>/migrate/batches/<int:batch_id>/run")
@allowed(DIRECTORS)
def run_migration(digest: str, batch_id: int) -> ResponseReturnValue:
    """Moves or proves the next few; the answer asks for the next ones."""
    _row(digest, batch_id)
    found = progress(engine(), batch_id)
    if found.goes_on is not None:
        run_chunk(engine(), found.goes_on, actor=visitor().actor)
    return _answer(digest, batch_id)


@pages.post("/pathways/<digest>/migrate/batches/<int:batch_id>/undo")
@allowed(DIRECTORS)
def undo_migration(digest: str, batch_id: int) -> ResponseReturnValue:
    """Opens the batch that moves the cases of this one back."""
    _row(digest, batch_id)
    note = request.form.get("note", "").strip()[:_LONGEST_NOTE]
    try:
        return _begun(digest, undo(engine(), batch_id, actor=visitor().actor, note=note))
    except Refused as error:
        return _refused(error, url_for("pages.migration_batch", digest=digest, batch_id=batch_id))


def _refused(error: Refused | InvalidInput, address: str) -> ResponseReturnValue:
    """Nothing was begun: the page again as it is now, with what stood in the way."""
    flash(f"{error.message[:1].upper()}{error.message[1:]}.")
    return goes_to(address)


# -- what is shown --------------------------------------------------------------------------------------------------
def _dry_run(digest: str, moves: dict[str, str], problems: list[str] | None = None) -> str:
    with engine().db.reading() as connection:
        row = version(connection, digest)
        found = plan(engine(), connection, digest, moves)
        batches = _batches(connection, row["process_id"])
    can, cannot = ([group_words(group) for group in groups] for groups in (found.can, found.cannot))
    listed(patients_in(group.people for group in (*can, *cannot)))
    return render_template(
        "pages/migrate.html",
        version=row,
        plan=found,
        can=can,
        cannot=cannot,
        batches=batches,
        problems=problems or [],
    )


def _batches(connection: Connection, process_id: str) -> list[dict[str, Any]]:
    numbers = store.numbers_of(connection, process_id)
    return [
        {
            **row,
            "by": name_of(connection, row["created_by"]),
            "number": numbers[row["to_version"]],
            "counts": store.counts_of(connection, row["id"]),
        }
        for row in store.batches_of(connection, process_id)
    ]


def _batch(digest: str, batch_id: int) -> dict[str, Any]:
    row = _row(digest, batch_id)
    found = progress(engine(), batch_id)
    with engine().db.reading() as connection:
        about = version(connection, digest)
        back = store.undoing(connection, batch_id)
        people = {
            "stayed": shown(store.people_in(connection, batch_id, ["cannot"])),
            "passed": shown(store.people_in(connection, batch_id, ["passed"])),
            "moved": shown(store.people_in(connection, batch_id, [*store.THERE, "back"])),
            "stuck": shown(store.people_in(connection, batch_id, ["stuck"])),
            "not_back": shown([] if back is None else store.people_in(connection, back["id"], ["cannot"])),
        }
        by = name_of(connection, row["created_by"])
        left = len(store.running_there(connection, row["undoes"] or batch_id))
    listed(patients_in(people.values()))
    going_back = progress(engine(), back["id"]) if back is not None else None
    return {
        "version": about,
        "batch": row,
        "by": by,
        "progress": found,
        "back": going_back,
        "share": _share(found if going_back is None or going_back.status == "done" else going_back),
        "left": left,
        "may_move": visitor().role in DIRECTORS,
        "may_undo": visitor().role in DIRECTORS and _may_be_undone(row, found, left),
        **people,
    }


def _may_be_undone(row: RowMapping, found: Progress, left: int) -> bool:
    """A batch that has finished, and of whose patients somebody is there who could go back."""
    return found.goes_on is None and row["undoes"] is None and left > 0


def _share(found: Progress) -> tuple[int, int]:
    """How much of the work is done: each case moves once and is proven once."""
    settled = found.proven + found.stuck + found.back + found.cannot + found.passed
    there = found.moved + 2 * settled
    return there, max(2 * found.total, 1)


def _row(digest: str, batch_id: int) -> RowMapping:
    """The batch, if it is of the version that the address names; raises NotFound."""
    with engine().db.reading() as connection:
        row = store.batch(connection, batch_id)
    if row["to_version"] != digest:
        raise NotFound("batch", str(batch_id))
    return row


def _begun(digest: str, batch_id: int) -> ResponseReturnValue:
    address = url_for("pages.migration_batch", digest=digest, batch_id=batch_id)
    if not is_part():
        flash("The batch is open. Nobody has moved yet: go on when you are ready.")
        return goes_to(address)
    run_chunk(engine(), batch_id, actor=visitor().actor)
    content = render_template("partials/_migration_batch.html", **_batch(digest, batch_id), going=True)
    return part(content, push_url=address)


def _answer(digest: str, batch_id: int) -> ResponseReturnValue:
    if not is_part():
        return redirect(url_for("pages.migration_batch", digest=digest, batch_id=batch_id), code=303)
    return render_template("partials/_migration_batch.html", **_batch(digest, batch_id), going=True)


def _moves(texts: list[str]) -> dict[str, str]:
    """What takes an old element's place, as the page's choices send it; raises InvalidInput."""
    found = {}
    for text in filter(None, texts):
        old, colon, new = text.partition(":")
        if not (colon and old and new):
            raise InvalidInput({text: f"“{text}” does not name two elements; choose from the list again"})
        found[old] = new
    return found
