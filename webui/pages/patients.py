"""All patients: find one by name."""

from __future__ import annotations

from flask import render_template, request

from webui.access import EVERYONE, allowed, visitor
from webui.extension import engine
from webui.htmx import is_part
from webui.pages.blueprint import pages
from webui.seen import listed
from worklists.people_list import patient_list


@pages.get("/patients")
@allowed(EVERYONE)
def patients() -> str:
    q = request.args.get("q", "").strip()[:100]
    with engine().db.reading() as connection:
        found = patient_list(
            connection,
            today=engine().today(),
            organisation=visitor().organisation,
            q=q or None,
            after=request.args.get("after"),
        )
    listed([each.id for each in found.items], searched=q or None)
    template = "partials/_patients.html" if is_part() else "pages/patients.html"
    return render_template(template, found=found, q=q)
