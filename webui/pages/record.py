"""The record's front page: find a patient or a case, and go to what happened in it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from webui.access import EVERYONE, allowed, visitor
from webui.extension import engine
from webui.organisations import subject_for_visitor
from webui.pages.blueprint import pages
from webui.seen import listed
from worklists.people_list import patient_list
from worklists.trace_search import first_entry_of_task, records_of


@pages.get("/record")
@allowed(EVERYONE)
def record() -> ResponseReturnValue:
    """Finds a case by its id or a task's, or patients by name, MBI or id."""
    q = request.args.get("q", "").strip()[:100]
    if q and (address := _address_of(q.lower())) is not None:
        return redirect(address)
    with engine().db.reading() as connection:
        found = patient_list(
            connection,
            today=engine().today(),
            organisation=visitor().organisation,
            q=q or None,
            after=request.args.get("after"),
        )
        records = records_of(connection, [line.id for each in found.items for line in each.cases])
    listed([each.id for each in found.items], searched=q or None)
    return render_template("pages/record.html", found=found, records=records, q=q)


def _address_of(identity: str) -> str | None:
    """The record of the case that an id is of; of a task's id where it came up. None for what is no id."""
    try:
        return url_for("pages.case_record", case_id=subject_for_visitor("case", identity).case_id)
    except NotFound:
        pass  # it may be a task's, or a name
    try:
        case_id = str(subject_for_visitor("task", identity).case_id)
    except NotFound:
        return None
    with engine().db.reading() as connection:
        return url_for("pages.case_record", case_id=case_id, seq=first_entry_of_task(connection, case_id, identity))
