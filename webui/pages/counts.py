"""The counts in the rail, fetched after the page so that no page waits for them."""

from __future__ import annotations

from flask import render_template

from webui.access import EVERYONE, allowed, visitor
from webui.desk import default_view
from webui.extension import engine
from webui.pages.blueprint import pages
from worklists.caseload import counts as counted
from worklists.filters import Filter


@pages.get("/counts")
@allowed(EVERYONE)
def counts() -> str:
    who, today = visitor(), engine().today()
    whose = {"email": who.email, "role": who.role, "organisation": who.organisation}
    with engine().db.reading() as connection:
        own = counted(connection, Filter(default_view()), today=today, **whose)
        team = counted(connection, Filter("team"), today=today, **whose)
    return render_template("partials/_counts.html", day=own, team=team)
