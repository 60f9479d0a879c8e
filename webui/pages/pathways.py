"""Pathways: what is published, in which versions, and what each diagram does."""

from __future__ import annotations

from flask import Response, jsonify, render_template, request
from sqlalchemy import RowMapping

from engine.errors import NotFound
from engine.events import EVENTS, INTERNAL
from engine.library import main_file
from engine.store.people import name_of
from engine.store.studio import open_drafts
from engine.store.versions import version
from engine.studio.drafts import draft_of
from engine.studio.shelves import shelves, version_lines
from engine.studio.titles import file_title
from webui.access import DIRECTORS, EVERYONE, allowed, visitor
from webui.downloads import download_text, download_zip
from webui.extension import engine
from webui.pages.blueprint import pages

_CHANGED_HERE = (".bpmn", ".dmn")


@pages.get("/pathways")
@allowed(EVERYONE)
def pathways() -> str:
    """The library: pathways, shared processes, decision tables, and the drafts that are open."""
    with engine().db.reading() as connection:
        found = shelves(connection, engine().clock.now())
        drafts = [draft_of(row) for row in open_drafts(connection)]
        names = {draft.saved_by: name_of(connection, draft.saved_by) for draft in drafts}
    return render_template(
        "pages/pathways.html", shelves=found, drafts=drafts, names=names, said=_said, may_change=_may_change()
    )


def _said(event: str) -> str:
    """What happens when an event comes, in the words of the record."""
    sentence = EVENTS[event].sentence if event in EVENTS else INTERNAL.get(event, event)
    return sentence[:1].lower() + sentence[1:]


def _may_change() -> bool:
    return visitor().role in DIRECTORS


@pages.get("/pathways/<digest>")
@allowed(EVERYONE)
def pathway(digest: str) -> str:
    """One version: its diagrams, who published it and why, its files."""
    row, diagrams = _version(digest)
    with engine().db.reading() as connection:
        lines = version_lines(connection, engine().clock.now())[row["process_id"]]
    sources: dict[str, str] = row["sources"]
    files = [(path, file_title(path, sources[path])) for path in sorted(sources, key=_file_order)]
    return render_template(
        "pages/pathway.html",
        version=row,
        line=next(line for line in lines if line.hash == digest),
        lines=lines,
        names=[name for name, _ in diagrams],
        files=files,
        own=main_file(sources, row["process_id"]),
        changed_here=_is_changed_here,
        may_change=_may_change(),
    )


@pages.get("/pathways/<digest>/diagram")
@allowed(EVERYONE)
def pathway_diagram(digest: str) -> Response:
    """The version's diagrams as BPMN XML, its own first, for the viewer."""
    _, diagrams = _version(digest)
    return jsonify({"diagrams": [{"name": name, "xml": xml, "active": []} for name, xml in diagrams]})


@pages.get("/pathways/<digest>/download")
@allowed(EVERYONE)
def download_pathway(digest: str) -> Response:
    """All files of a version as a .zip, or the one that `?file=` names."""
    with engine().db.reading() as connection:
        row = version(connection, digest)
    path = request.args.get("file")
    if path is None:
        return download_zip(f"{row['process_id']} version {row['number']}", row["sources"])
    if path not in row["sources"]:
        raise NotFound("file of this version", path)
    return download_text(path, row["sources"][path])


def _is_changed_here(path: str) -> bool:
    """Instruments and measures are changed where they are kept, not in the studio."""
    return path.endswith(_CHANGED_HERE) or path.startswith("forms/")


def _file_order(path: str) -> tuple[int, str]:
    """Diagrams first, then tables, forms and what these ask."""
    kinds = (path.endswith(".bpmn"), path.endswith(".dmn"), path.startswith("forms/"))
    return kinds.index(True) if True in kinds else len(kinds), path


def _version(digest: str) -> tuple[RowMapping, list[tuple[str, str]]]:
    """A version and its diagrams with their names: its own, then those it calls."""
    with engine().db.reading() as connection:
        row = version(connection, digest)
        files = engine().library.definition(connection, digest).files
    sources: dict[str, str] = row["sources"]
    own = main_file(sources, row["process_id"])
    called = [file for file in dict.fromkeys(files.values()) if file != own]
    return row, [(row["title"], sources[own]), *((file_title(file, sources[file]), sources[file]) for file in called)]
