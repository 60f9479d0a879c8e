"""The counts in the rail, fetched after the page so that no page waits for them."""

from __future__ import annotations

from flask import render_template

from engine.store.incidents import count_of
from webui.access import EVERYONE, allowed, visitor
from webui.desk import default_view
from webui.extension import engine
from webui.pages.blueprint import pages
from worklists.caseload import Caseload
from worklists.filters import Filter


@pages.get("/counts")
@allowed(EVERYONE)
def counts() -> str:
    who, today = visitor(), engine().today()
    with engine().db.reading(planned_once=True) as connection:
        load = Caseload(connection, who.email, who.role, who.organisation, today)
        own, team = load.brief(Filter(default_view())), load.brief(Filter("team"))
        parked = count_of(connection, who.organisation) if who.may_see_incidents else None
    return render_template("partials/_counts.html", day=own, team=team, parked=parked)
