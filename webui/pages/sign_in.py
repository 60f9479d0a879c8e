"""The door: signing in and out."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.store.clocks import is_sandbox
from engine.store.people import user, users
from webui.access import EVERYONE, PUBLIC, allowed, current_visitor
from webui.addresses import inside
from webui.extension import engine
from webui.pages.blueprint import pages
from webui.passwords import is_right
from webui.sessions import close_session, open_session

_WRONG = "Email and password do not fit together. Check both; capital letters count in the password."


@pages.route("/sign-in", methods=["GET", "POST"])
@allowed(PUBLIC)
def sign_in() -> ResponseReturnValue:
    target = inside(request.values.get("next")) or url_for("pages.day")
    if request.method == "GET":
        return redirect(target) if current_visitor() else _page(target)
    email = request.form.get("email", "").strip()
    with engine().db.reading() as connection:
        try:
            row = user(connection, email)
        except NotFound:
            row = None
    kept = row["password_hash"] if row is not None and row["active"] else None
    if not is_right(request.form.get("password", ""), kept) or row is None:
        return _page(target, email=email, problem=_WRONG), 422
    open_session(row)
    return redirect(target, code=303)


@pages.post("/sign-out")
@allowed(EVERYONE)
def sign_out() -> ResponseReturnValue:
    close_session()
    return redirect(url_for("pages.sign_in"), code=303)


def _page(target: str, email: str = "", problem: str | None = None) -> str:
    return render_template("pages/sign_in.html", target=target, email=email, problem=problem, demo=_demo_sign_ins())


def _demo_sign_ins() -> list[dict[str, str]]:
    """The demo's users with their published passwords: in a sandbox that holds the demo, nowhere else."""
    demo: list[dict[str, str]] = current_app.config.get("DEMO_SIGN_INS", [])
    if not demo or not is_sandbox(engine().db):
        return []
    with engine().db.reading() as connection:
        known = {row["email"] for row in users(connection)}
    return [each for each in demo if each["email"] in known]
