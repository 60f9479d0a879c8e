"""A draft in the editor: one of its files drawn, with the others beside it; how it begins, is taken back, and ends."""

from __future__ import annotations

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Refused
from engine.studio.draft_files import draft_files, taken_along
from engine.studio.drafts import discard, draft, draft_from_version, opened_file, take_back
from engine.studio.paths import kind_of_path
from engine.studio.presence import others
from engine.studio.workspace import sources_of
from webui.access import DIRECTORS, STUDIO_READERS, allowed, visitor
from webui.downloads import download_text, download_zip
from webui.extension import engine
from webui.pages.blueprint import goes_to, pages


@pages.post("/studio/drafts")
@allowed(DIRECTORS)
def begin_draft() -> ResponseReturnValue:
    """Begins a draft of one file of a version, and opens it."""
    base, path = request.form.get("base", ""), request.form.get("path", "")
    with engine().db.writing() as connection:
        draft_id = draft_from_version(connection, base, path, by=visitor().email, now=engine().clock.now())
    return goes_to(url_for("pages.studio_draft", draft_id=draft_id))


@pages.get("/studio/drafts/<int:draft_id>")
@allowed(STUDIO_READERS)
def studio_draft(draft_id: int) -> str:
    """The editor with one file of the draft, its own unless `?file=` names another; a form may be new."""
    shipped = engine().settings.pathways_dir
    with engine().db.reading() as connection:
        found = draft(connection, draft_id)
        path = request.args.get("file") or found.main
        if kind_of_path(path) != "form":
            opened_file(connection, draft_id, path, shipped)
        files = draft_files(connection, found, shipped)
        there = others(connection, draft_id, visitor().email, engine().clock.now())
    return render_template(
        "pages/studio_draft.html", draft=found, path=path, kind=kind_of_path(path), files=files, others=there
    )


@pages.post("/studio/drafts/<int:draft_id>/take-back")
@allowed(DIRECTORS)
def take_back_file(draft_id: int) -> ResponseReturnValue:
    """Takes out of a draft what it changes in one of its files."""
    path, shipped, now = request.form.get("file", ""), engine().settings.pathways_dir, engine().clock.now()
    address = url_for("pages.studio_draft", draft_id=draft_id)
    try:
        with engine().db.writing() as connection:
            stays = take_back(connection, draft_id, path, shipped, by=visitor().email, now=now)
    except Refused as error:
        flash(f"{error.message[:1].upper()}{error.message[1:]}.")
        return goes_to(address)
    flash(f"{path} is again as it is published." if stays else f"{path} is no longer part of this draft.")
    return goes_to(url_for("pages.studio_draft", draft_id=draft_id, file=path) if stays else address)


@pages.post("/studio/drafts/<int:draft_id>/discard")
@allowed(DIRECTORS)
def discard_draft(draft_id: int) -> ResponseReturnValue:
    """Ends a draft without publishing it."""
    with engine().db.writing() as connection:
        discard(connection, draft_id, by=visitor().email, now=engine().clock.now())
        title = draft(connection, draft_id).title
    flash(f"The draft “{title}” is discarded. What is published stays as it was.")
    return goes_to(url_for("pages.pathways"))


@pages.get("/studio/drafts/<int:draft_id>/download")
@allowed(STUDIO_READERS)
def download_draft(draft_id: int) -> Response:
    """What the draft's own file takes along as a .zip, or the file that `?file=` names."""
    shipped = engine().settings.pathways_dir
    with engine().db.reading() as connection:
        found = draft(connection, draft_id)
        if "file" in request.args:
            file = opened_file(connection, draft_id, request.args["file"], shipped)
            return download_text(file.path, file.text)
        texts = sources_of(connection, draft_id, shipped)
        changed = {file.path: texts[file.path] for file in draft_files(connection, found, shipped) if file.changed}
    return download_zip(f"{found.title} draft {draft_id}", {**taken_along(texts, found.main), **changed})
