"""A form as it is written: what it would ask, drawn as a task draws it, or what is wrong with its text."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.bpmn.extension import TRACKS
from engine.form_preview import FormFault, FormPreview, form_preview
from engine.studio.workspace import sources_of
from webui.access import DIRECTORS, allowed
from webui.extension import engine
from webui.form_fields import drawn
from webui.json_answers import answers_json, member, sent_object
from webui.pages.blueprint import pages
from webui.pages.studio_files import LARGEST_SAVE
from webui.sizes import takes_up_to


@pages.post("/studio/drafts/<int:draft_id>/preview")
@allowed(DIRECTORS)
@answers_json
@takes_up_to(LARGEST_SAVE)
def studio_preview(draft_id: int) -> ResponseReturnValue:
    """The form in ``text`` as a patient of ``track`` would be asked it, as a part of the page; saves nothing."""
    sent = sent_object()
    text, track = member(sent, "text", str), member(sent, "track", str)
    with engine().db.reading() as connection:
        sources = sources_of(connection, draft_id, engine().settings.pathways_dir)
    try:
        found = _preview(text, sources, track if track in TRACKS else TRACKS[0])
    except FormFault as fault:
        return {"html": render_template("partials/_form_fault.html", fault=fault), "line": fault.line}
    return {"html": render_template("partials/_form_preview.html", form=found, sections=drawn(found.schema, {}, {}))}


def _preview(text: str, sources: dict[str, str], track: str) -> FormPreview:
    return form_preview(text, sources, track, engine().clock.now(), engine().settings.zone)
