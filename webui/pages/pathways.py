"""Pathways: what is published, in which versions, and what each diagram does."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template

from engine.library import main_file
from engine.store.versions import all_versions, version
from webui.access import EVERYONE, allowed
from webui.extension import engine
from webui.pages.blueprint import pages


@pages.get("/pathways")
@allowed(EVERYONE)
def pathways() -> str:
    with engine().db.reading() as connection:
        found = all_versions(connection)
    newest = {row["process_id"]: row for row in reversed(found)}
    tracks = [row for row in found if row["track"] and newest[row["process_id"]] is row]
    shared = [row for row in found if not row["track"] and newest[row["process_id"]] is row]
    return render_template("pages/pathways.html", tracks=tracks, shared=shared, versions=found)


@pages.get("/pathways/<digest>")
@allowed(EVERYONE)
def pathway(digest: str) -> str:
    with engine().db.reading() as connection:
        row = version(connection, digest)
        definition = engine().library.definition(connection, digest)
    names = [row["title"], *(name for name, _ in _called(row, definition.files))]
    return render_template("pages/pathway.html", version=row, names=names, files=sorted(row["sources"]))


@pages.get("/pathways/<digest>/diagram")
@allowed(EVERYONE)
def pathway_diagram(digest: str) -> Response:
    """The version's diagrams as BPMN XML, its own first, for the viewer."""
    with engine().db.reading() as connection:
        row = version(connection, digest)
        definition = engine().library.definition(connection, digest)
    own = row["sources"][main_file(row["sources"], row["process_id"])]
    shown = [{"name": row["title"], "xml": own, "active": []}]
    shown += [{"name": name, "xml": xml, "active": []} for name, xml in _called(row, definition.files)]
    return jsonify({"diagrams": shown})


def _called(row: Any, files: Any) -> list[tuple[str, str]]:
    """The called processes, by their names for people, in the order in which they stand in the bundle."""
    main = main_file(row["sources"], row["process_id"])
    return [(_spoken(process), row["sources"][file]) for process, file in files.items() if file != main]


def _spoken(process_id: str) -> str:
    return process_id.replace("_", " ").capitalize()
