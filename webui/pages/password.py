"""Choosing a new password: by oneself, or because the first one was for one time only."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.store.people import set_password, user
from webui.access import EVERYONE, allowed, visitor
from webui.extension import engine
from webui.pages.blueprint import pages
from webui.passwords import SHORTEST, hashed, is_right, weakness
from webui.security_log import note
from webui.sessions import close_other_sessions, must_change_password, open_session


@pages.route("/password", methods=["GET", "POST"])
@allowed(EVERYONE)
def password() -> ResponseReturnValue:
    if request.method == "GET":
        return _page({})
    who = visitor()
    with engine().db.reading() as connection:
        kept = user(connection, who.email)["password_hash"]
    old, new = request.form.get("current", ""), request.form.get("new", "")
    problems = _problems(kept, old, new, request.form.get("again", ""))
    if problems:
        return _page(problems), 422
    with engine().db.writing() as connection:
        set_password(connection, who.email, hashed(new), one_time=False)
        row = user(connection, who.email)
    open_session(row)
    close_other_sessions(who.email)
    note("password.changed", email=who.email)
    flash("Your password is changed. Anywhere else you were signed in, you are signed out.")
    return redirect(url_for("pages.day"), code=303)


def _problems(kept: str, old: str, new: str, again: str) -> dict[str, str]:
    if not is_right(old, kept):
        return {"current": "This is not the password you have now."}
    weak = weakness(new, (visitor().email, visitor().name))
    if weak is not None:
        return {"new": weak}
    if new in (engine().settings.door.breached or ()):
        return {"new": "This password was stolen somewhere and is on a list that strangers try. Choose another one."}
    if new == old:
        return {"new": "This is the password you have now; choose another."}
    return {} if new == again else {"again": "The two do not match; write the new one again."}


def _page(problems: dict[str, str]) -> str:
    return render_template("pages/password.html", problems=problems, forced=must_change_password(), shortest=SHORTEST)
