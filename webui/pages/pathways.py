"""Pathways: what is published, in which versions, and what each diagram does."""

from __future__ import annotations

from flask import Response, jsonify, render_template
from sqlalchemy import RowMapping

from engine.events import EVENTS, INTERNAL
from engine.library import main_file
from engine.store.versions import all_versions, version
from webui.access import EVERYONE, allowed
from webui.case_diagrams import diagram_name
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
    return render_template("pages/pathways.html", tracks=tracks, shared=shared, versions=found, said=_said)


def _said(event: str) -> str:
    """What happens when an event comes, in the words of the record."""
    sentence = EVENTS[event].sentence if event in EVENTS else INTERNAL.get(event, event)
    return sentence[:1].lower() + sentence[1:]


@pages.get("/pathways/<digest>")
@allowed(EVERYONE)
def pathway(digest: str) -> str:
    row, diagrams = _version(digest)
    names = [name for name, _ in diagrams]
    return render_template("pages/pathway.html", version=row, names=names, files=sorted(row["sources"]))


@pages.get("/pathways/<digest>/diagram")
@allowed(EVERYONE)
def pathway_diagram(digest: str) -> Response:
    """The version's diagrams as BPMN XML, its own first, for the viewer."""
    _, diagrams = _version(digest)
    return jsonify({"diagrams": [{"name": name, "xml": xml, "active": []} for name, xml in diagrams]})


def _version(digest: str) -> tuple[RowMapping, list[tuple[str, str]]]:
    """A version and its diagrams with their names: its own, then those it calls."""
    with engine().db.reading() as connection:
        row = version(connection, digest)
        files = engine().library.definition(connection, digest).files
    sources: dict[str, str] = row["sources"]
    own = main_file(sources, row["process_id"])
    called = [file for file in dict.fromkeys(files.values()) if file != own]
    return row, [(row["title"], sources[own]), *((diagram_name(sources[file]), sources[file]) for file in called)]
