"""Importing patients from a page: the files are taken and a worker reads them; the work's page says how it went."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from engine.errors import InvalidInput
from engine.outgoing.import_fhir import MOST_BYTES, MOST_FILES, OPERATION, ask_for_import
from engine.store.organisations import MAIN
from engine.store.outbox import listed
from webui.access import IMPORTERS, allowed, visitor
from webui.background_rows import STATUS_WORDS, shown
from webui.extension import engine
from webui.pages.blueprint import goes_to, pages
from webui.sizes import takes_up_to

_ROOM = 100_000  # bytes of a form around its files
_SHOWN = 20


@pages.get("/imports")
@allowed(IMPORTERS)
def imports() -> str:
    """What can be brought, and what was."""
    return _page(None)


@pages.post("/imports")
@allowed(IMPORTERS)
@takes_up_to(MOST_BYTES + _ROOM)
def bring_patients() -> ResponseReturnValue:
    given = [(_name(each), each.read()) for each in request.files.getlist("files") if each.filename]
    who = visitor()
    try:
        row_id = ask_for_import(engine(), given, who.organisation or MAIN, who.actor)
    except InvalidInput as error:
        return _page(next(iter(error.errors.values()))), 422
    flash("The files are taken. A worker reads them in; this page says how it went.")
    return goes_to(url_for("pages.background_work", outgoing_id=row_id))


def _name(file: FileStorage) -> str:
    """The file's own name: a browser may send the folder as well."""
    return (file.filename or "").replace("\\", "/").rpartition("/")[2]


def _page(error: str | None) -> str:
    with engine().db.reading() as connection:
        rows = listed(connection, None, _SHOWN, operation=OPERATION, organisation=visitor().organisation)
    return render_template(
        "pages/imports.html",
        rows=[shown(row) for row in rows],
        statuses=STATUS_WORDS,
        most_files=MOST_FILES,
        most_megabytes=MOST_BYTES // 1_000_000,
        error=error and f"{error[:1].upper()}{error[1:].rstrip('.')}.",
    )
