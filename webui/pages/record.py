"""The record: what happened in a case, entry by entry, and whether the chain is whole."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.store.cases import case
from engine.store.history import latest_entries
from engine.store.patients import patient
from engine.store.people import name_of
from engine.verify import verify_case
from webui.access import EVERYONE, allowed
from webui.extension import engine
from webui.pages.blueprint import pages
from worklists.people_list import patient_list

_PAGE = 100


@pages.get("/record")
@allowed(EVERYONE)
def record() -> ResponseReturnValue:
    """Finds a case by its id or by the patient's name."""
    q = request.args.get("q", "").strip()[:100]
    with engine().db.reading() as connection:
        if q:
            try:
                return redirect(url_for("pages.case_record", case_id=case(connection, q.lower())["id"]))
            except NotFound:
                pass  # not a case's id: then it is a name
        found = patient_list(connection, today=engine().today(), q=q or None, after=request.args.get("after"))
    return render_template("pages/record.html", found=found, q=q)


@pages.get("/cases/<case_id>/record")
@allowed(EVERYONE)
def case_record(case_id: str) -> str:
    before = request.args.get("before", type=int)
    with engine().db.reading() as connection:
        row = case(connection, case_id)
        who = patient(connection, row["patient_id"])
        entries = latest_entries(connection, case_id, before=before, limit=_PAGE)
        faults = verify_case(connection, case_id)
        names = {actor: name_of(connection, actor) for actor in {entry["actor"] for entry in entries}}
    earlier = entries[-1]["seq"] if entries and entries[-1]["seq"] > 1 else None
    return render_template(
        "pages/case_record.html",
        case=row,
        patient=who,
        entries=entries,
        names=names,
        faults=faults,
        earlier=earlier,
        before=before,
    )
