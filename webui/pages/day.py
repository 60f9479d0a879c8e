"""My day: what next?"""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webui.access import EVERYONE, allowed
from webui.desk import chosen_filter, desk
from webui.htmx import is_part
from webui.pages.blueprint import pages


@pages.get("/")
@allowed(EVERYONE)
def start() -> ResponseReturnValue:
    return redirect(url_for("pages.day"))


@pages.get("/day")
@allowed(EVERYONE)
def day() -> ResponseReturnValue:
    seen = desk(chosen_filter())
    if is_part():
        return render_template("partials/_list.html", desk=seen)
    return render_template("pages/day.html", desk=seen, pane=None)
