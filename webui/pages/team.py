"""The team: who has how much, and what nobody has yet."""

from __future__ import annotations

from typing import Any

from flask import render_template

from webui.access import EVERYONE, allowed, visitor
from webui.desk import default_view
from webui.extension import engine
from webui.pages.blueprint import pages
from webui.seen import listed
from worklists.caseload import team_loads, whole_counts
from worklists.day import my_day
from worklists.filters import Filter


@pages.get("/team")
@allowed(EVERYONE)
def team() -> str:
    who, today = visitor(), engine().today()
    pressing = Filter("team", due="overdue", show=100)
    whose: dict[str, Any] = {"organisation": who.organisation, "today": today}
    with engine().db.reading() as connection:
        loads = team_loads(connection, **whose)
        total = whole_counts(connection, **whose)
        late = my_day(connection, pressing, email=who.email, role=who.role, **whose)
    listed(late.patients())
    return render_template("pages/team.html", loads=loads, total=total, late=late, default_view=default_view())
