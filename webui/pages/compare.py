"""Compare: what a version, or a draft, has that another has not, as two diagrams and in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, render_template, request
from sqlalchemy import Connection, RowMapping

from engine.errors import InvalidInput
from engine.library import main_file
from engine.store.versions import all_versions, version
from engine.studio.drafts import draft
from engine.studio.workspace import published_sources, sources_of
from webui.access import EVERYONE, STUDIO_READERS, allowed
from webui.compared import Compared, Side, compared, sign_of
from webui.extension import engine
from webui.pages.blueprint import pages


@pages.get("/pathways/compare")
@allowed(EVERYONE)
def compare() -> str:
    """Two versions; where only one is named, the one before it, or else the newest of its process."""
    before, after, choices = _asked()
    return render_template(
        "pages/compare.html",
        found=_of_versions(before, after),
        before=before,
        after=after,
        choices=choices,
        sign_of=sign_of,
    )


@pages.get("/pathways/compare/diagrams")
@allowed(EVERYONE)
def compare_diagrams() -> Response:
    """The diagrams of both versions for the viewers, those with changes first."""
    before, after, _ = _asked()
    return _drawn(_of_versions(before, after))


@pages.get("/studio/drafts/<int:draft_id>/compare")
@allowed(STUDIO_READERS)
def studio_compare(draft_id: int) -> str:
    """What a draft would change in what it began from."""
    with engine().db.reading() as connection:
        found = draft(connection, draft_id)
        both = _of_draft(connection, draft_id)
    return render_template("pages/studio_compare.html", draft=found, found=both, sign_of=sign_of)


@pages.get("/studio/drafts/<int:draft_id>/compare/diagrams")
@allowed(STUDIO_READERS)
def studio_compare_diagrams(draft_id: int) -> Response:
    """The diagrams that a draft changes, as they were and as they would be."""
    with engine().db.reading() as connection:
        return _drawn(_of_draft(connection, draft_id))


def _asked() -> tuple[RowMapping, RowMapping, list[RowMapping]]:
    """The two versions with their sources, and all that may be chosen: the versions of their processes."""
    names = request.args.get("before", ""), request.args.get("after", "")
    if not any(names):
        raise InvalidInput({"before": "choose a version in Pathways, then what to compare it with"})
    with engine().db.reading() as connection:
        named = [version(connection, digest) for digest in names if digest]
        rows = [row for row in all_versions(connection) if row["process_id"] in {each["process_id"] for each in named}]
        if len(named) == 2:
            return named[0], named[1], rows
        other = version(connection, _other(named[0], rows))
    one, two = sorted((named[0], other), key=lambda row: int(row["number"]))
    return one, two, rows


def _other(row: Mapping[str, Any], rows: list[RowMapping]) -> str:
    """The version before, else the newest one: what a person most likely wants to see it beside."""
    older = [each for each in rows if each["number"] < row["number"]]
    return str((older or rows)[0]["hash"])


def _of_versions(before: RowMapping, after: RowMapping) -> Compared:
    main = main_file(after["sources"], after["process_id"])
    return compared(_side(before), _side(after), main)


def _side(row: RowMapping) -> Side:
    return Side(f"{row['title']}, version {row['number']}", row["sources"])


def _of_draft(connection: Connection, draft_id: int) -> Compared:
    found, shipped = draft(connection, draft_id), engine().settings.pathways_dir
    before, after = published_sources(connection, found.base, shipped), sources_of(connection, draft_id, shipped)
    base = None if found.base is None else version(connection, found.base)
    title = "What is published" if base is None else f"{base['title']}, version {base['number']}"
    changed = {path for path in {*before, *after} if before.get(path) != after.get(path)} | {found.main}
    sides = ({path: side[path] for path in sorted(changed) if path in side} for side in (before, after))
    old, new = sides
    return compared(Side(title, old), Side("This draft", new), found.main)


def _drawn(found: Compared) -> Response:
    diagrams = [
        {"file": each.path, "name": each.name, "before": each.before, "after": each.after} for each in found.diagrams
    ]
    return jsonify({"diagrams": diagrams})
