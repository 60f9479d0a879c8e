"""Updates to the PCP: what completing a task would send, and what was sent, to read and to take along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from care.care_update import CareUpdate, as_document
from engine.care_update_preview import preview
from engine.care_updates import digest_of
from engine.errors import NotFound
from engine.outgoing.care_update_send import letter_of
from engine.outgoing.outgoing import Letter, Undeliverable
from engine.store.outbox import outgoing
from engine.store.patients import patient
from engine.store.tasks import task as task_by_id
from interop.care_update_fhir import bundle_bytes
from interop.care_update_pdf import pdf
from interop.care_update_sections import identity, sections
from webui.access import EVERYONE, allowed, visitor
from webui.extension import engine
from webui.form_fields import PREFIX
from webui.htmx import is_part
from webui.pages.blueprint import pages
from worklists.care_updates import sent_updates
from worklists.drafts import draft


@pages.get("/tasks/<task_id>/care-update")
@allowed(EVERYONE)
def care_update_preview(task_id: str) -> ResponseReturnValue:
    """What would be sent now, with the visitor's own draft."""
    with engine().db.reading() as connection:
        task = task_by_id(connection, task_id)
        update = _preview(connection, task_id)
    shown = {"update": update, "sections": sections(update), "identity": identity(update)}
    if is_part():
        return render_template("partials/_care_update.html", task_id=task_id, **shown)
    return render_template("pages/care_update_preview.html", task=task, task_id=task_id, **shown)


@pages.get("/tasks/<task_id>/care-update.pdf")
@allowed(EVERYONE)
def care_update_preview_pdf(task_id: str) -> Response:
    with engine().db.reading() as connection:
        update = _preview(connection, task_id)
    return _file(pdf(update, digest_of(as_document(update))), "application/pdf", f"preview-{update.case_id}.pdf")


@pages.get("/cases/<case_id>/care-updates/<outgoing_id>")
@allowed(EVERYONE)
def care_update(case_id: str, outgoing_id: str) -> str:
    """An update as it was composed, and what shows that it arrived."""
    with engine().db.reading() as connection:
        letter = _letter(connection, case_id, outgoing_id)
        (sent,) = [each for each in sent_updates(connection, case_id) if each.id == letter.id]
        who = patient(connection, letter.update.patient.id)
    return render_template(
        "pages/care_update.html",
        patient=who,
        letter=letter,
        sent=sent,
        update=letter.update,
        sections=sections(letter.update),
        identity=identity(letter.update),
    )


@pages.get("/cases/<case_id>/care-updates/<outgoing_id>/pdf")
@allowed(EVERYONE)
def care_update_pdf(case_id: str, outgoing_id: str) -> Response:
    with engine().db.reading() as connection:
        letter = _letter(connection, case_id, outgoing_id)
    return _file(pdf(letter.update, letter.sha256), "application/pdf", f"care-update-{letter.id}.pdf")


@pages.get("/cases/<case_id>/care-updates/<outgoing_id>/fhir")
@allowed(EVERYONE)
def care_update_fhir(case_id: str, outgoing_id: str) -> Response:
    with engine().db.reading() as connection:
        letter = _letter(connection, case_id, outgoing_id)
    content = bundle_bytes(letter.update, letter.key)
    return _file(content, "application/fhir+json", f"care-update-{letter.id}.json")


def _preview(connection: Connection, task_id: str) -> CareUpdate:
    who = visitor()
    kept = draft(connection, task_id, who.email)
    drafted = {} if kept is None else _answers(kept.data, _fields(connection, task_id))
    return preview(engine(), connection, task_id, who.actor, drafted)


def _fields(connection: Connection, task_id: str) -> Mapping[str, Mapping[str, Any]]:
    schema = engine().task_schema(connection, dict(task_by_id(connection, task_id)))
    found: Mapping[str, Mapping[str, Any]] = schema["properties"]
    return found


def _answers(kept: Mapping[str, list[str]], fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What the draft says, by the fields of the form care_update."""
    given = {name.removeprefix(PREFIX): values for name, values in kept.items() if name.startswith(PREFIX)}
    texts = {name: _cut(values[0].strip(), fields.get(name, {})) or None for name, values in given.items() if values}
    return {**texts, "left_out": [each for each in given.get("left_out", ()) if each]}


def _cut(text: str, field: Mapping[str, Any]) -> str:
    """A text as far as its field takes it: a draft may be of any length, what is longer can never be sent."""
    most = field.get("maxLength")
    return text if most is None or len(text) <= most else f"{text[: most - 1]}…"


def _letter(connection: Connection, case_id: str, outgoing_id: str) -> Letter:
    """The update in a row of the outbox, of this case; raises NotFound for another, or one without content."""
    missing = NotFound(f"update to the PCP of case '{case_id}'", outgoing_id)
    if not outgoing_id.isdecimal() or len(outgoing_id) > 9:
        raise missing
    row = dict(outgoing(connection, int(outgoing_id)))
    if row["case_id"] != case_id or row["operation"] != "care_update.send":
        raise missing
    try:
        return letter_of(row, row["created_at"])
    except Undeliverable as error:
        raise missing from error


def _file(content: bytes, mimetype: str, name: str) -> Response:
    place = "attachment" if "download" in request.args else "inline"
    return Response(content, mimetype=mimetype, headers={"Content-Disposition": f'{place}; filename="{name}"'})
