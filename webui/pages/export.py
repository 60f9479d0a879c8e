"""Taking a case's record along: which formats there are and what each holds, and who took it before."""

from __future__ import annotations

import io

from flask import Response, make_response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from engine.store.accesses import EXPORTED, exports_of_case
from engine.store.cases import case
from engine.store.patients import patient
from engine.store.people import name_of
from interop.exports.archive import FORMATS, Export, export
from webui.access import EXPORTERS, allowed, visitor
from webui.acts import note_act
from webui.broken_record import tells_when_broken
from webui.extension import engine
from webui.pages.blueprint import pages

_EARLIER = 50
_NOTHING_CHOSEN = "Choose at least one format."


@pages.get("/cases/<case_id>/export")
@allowed(EXPORTERS)
@tells_when_broken
def export_case(case_id: str) -> str:
    """What may be taken along, and the earlier exports of the case."""
    return _page(case_id, ("pdf",), None)


@pages.post("/cases/<case_id>/export")
@allowed(EXPORTERS)
@tells_when_broken
def download_export(case_id: str) -> ResponseReturnValue:
    """The archive; it is written down before it is sent."""
    chosen = [name for name in request.form.getlist("format") if name in FORMATS]
    if not chosen:
        return make_response(_page(case_id, (), _NOTHING_CHOSEN), 422)
    made = export(engine(), case_id, chosen, visitor().name)
    note_act(EXPORTED, [made.patient_id], made.case_id, made.detail)
    return _archive(made)


def _page(case_id: str, chosen: tuple[str, ...], problem: str | None) -> str:
    with engine().db.reading() as connection:
        row = case(connection, case_id)
        earlier = exports_of_case(connection, row["patient_id"], case_id, _EARLIER)
        return render_template(
            "pages/export.html",
            case=row,
            patient=patient(connection, row["patient_id"]),
            formats=FORMATS.values(),
            chosen=chosen,
            problem=problem,
            earlier=earlier,
            names={email: name_of(connection, email) for email in {each["email"] for each in earlier}},
        )


def _archive(made: Export) -> Response:
    name, content = made.archive
    response = send_file(io.BytesIO(content), mimetype="application/zip", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"  # health information: nobody keeps it on the way
    return response
