"""A new draft: a diagram or tables that somebody brings along, or one that begins empty."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from engine.errors import InvalidInput, Refused
from engine.safe_xml import MAX_BYTES
from engine.store.versions import newest_sources
from engine.studio.blank import blank_diagram, blank_tables
from engine.studio.brought import brought
from engine.studio.drafts import draft_from_text
from engine.studio.workspace import published_sources
from webui.access import DIRECTORS, allowed, visitor
from webui.extension import engine
from webui.pages.blueprint import goes_to, pages
from webui.sizes import takes_up_to

_LARGEST = MAX_BYTES + 20_000  # and the form around it
_ENDINGS = (".bpmn", ".dmn", ".xml")
_BLANKS = {"bpmn": blank_diagram, "dmn": blank_tables}


@pages.get("/studio/new")
@allowed(DIRECTORS)
def studio_new() -> ResponseReturnValue:
    return _page({})


@pages.post("/studio/new/bring")
@allowed(DIRECTORS)
@takes_up_to(_LARGEST)
def bring_file() -> ResponseReturnValue:
    """Makes a draft of a file: in the place of the published one of the same process, or as a new one."""
    try:
        name, content = _sent()
        with engine().db.writing() as connection:
            found = brought(content, name, _texts(connection))
            base = _holder_of(connection, found.path) if found.replaces else None
            draft_id = _begin(connection, found.title, base, found.path, found.text)
    except InvalidInput as error:
        return _page(error.errors, status=422)
    replaces = f"This draft replaces {found.path} in what is published."
    flash(replaces if found.replaces else f"{found.path} is new: nothing published uses it yet.")
    return goes_to(url_for("pages.studio_draft", draft_id=draft_id))


def _sent() -> tuple[str, bytes]:
    """The name and the content of the file that came; raises InvalidInput."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidInput({"file": "choose a .bpmn or .dmn file"})
    if not file.filename.lower().endswith(_ENDINGS):
        raise InvalidInput({"file": f"a file that ends in one of {', '.join(_ENDINGS)} is taken; choose one"})
    content, scanner = file.read(), engine().settings.door.scanner
    if scanner is not None:
        scanner.check("file", file.filename, content)
    return file.filename, content


@pages.post("/studio/new/blank")
@allowed(DIRECTORS)
def begin_blank() -> ResponseReturnValue:
    """Makes a draft of a diagram or tables that begin empty."""
    name, kind = request.form.get("name", ""), request.form.get("kind", "")
    try:
        if kind not in _BLANKS:
            raise InvalidInput({"kind": "choose a diagram or a decision table"})
        with engine().db.writing() as connection:
            path, text = _BLANKS[kind](name, _texts(connection))
            draft_id = _begin(connection, name.strip(), None, path, text)
    except InvalidInput as error:
        return _page(error.errors, status=422)
    except Refused as error:
        return _page({"name": error.message}, status=409)
    return goes_to(url_for("pages.studio_draft", draft_id=draft_id))


def _begin(connection: Connection, title: str, base: str | None, path: str, text: str) -> int:
    return draft_from_text(connection, title, base, path, text, by=visitor().email, now=engine().clock.now())


def _texts(connection: Connection) -> dict[str, str]:
    return published_sources(connection, None, engine().settings.pathways_dir)


def _holder_of(connection: Connection, path: str) -> str | None:
    """The version published last that holds a file: what a draft that replaces the file begins as."""
    holders = [row for row in newest_sources(connection) if path in row["sources"]]
    return holders[-1]["hash"] if holders else None


def _page(errors: Mapping[str, str], *, status: int = 200) -> ResponseReturnValue:
    said = {name: words[:1].upper() + words[1:].rstrip(".") + "." for name, words in errors.items()}
    return render_template("pages/studio_new.html", errors=said, form=request.form), status
