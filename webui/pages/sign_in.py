"""The door: signing in, with a second factor where there is one, and out."""

from __future__ import annotations

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import RowMapping

from engine.errors import NotFound
from engine.store.clocks import is_sandbox
from engine.store.people import user, users
from engine.store.sign_in import second_factor
from webui.access import EVERYONE, PUBLIC, allowed, current_visitor, visitor
from webui.addresses import inside
from webui.extension import engine
from webui.pages.blueprint import pages
from webui.passwords import is_right
from webui.pending import begin_pending, pending_email, pending_target, still_fits
from webui.second_factor import is_proven
from webui.security_log import note, warn
from webui.sessions import close_session, open_session, wall_now

_WRONG = "Email and password do not fit together. Check both; capital letters count in the password."
_RUN_OUT = "This one-time password has run out. Ask whoever gave it to you for a new one."
_WRONG_CODE = "This code does not fit, or it was used before. Wait for the next one."


@pages.route("/sign-in", methods=["GET", "POST"])
@allowed(PUBLIC)
def sign_in() -> ResponseReturnValue:
    target = inside(request.values.get("next")) or url_for("pages.day")
    if request.method == "GET":
        return redirect(target) if current_visitor() else _page(target)
    email = request.form.get("email", "").strip()
    row, factor = _known(email)
    kept = row["password_hash"] if row is not None and row["active"] else None
    if not is_right(request.form.get("password", ""), kept) or row is None:
        # An email that nobody has may be a password in the wrong field: it is not written down.
        warn("sign_in.failed", email=row["email"] if row else None, reason="password" if kept else "account")
        return _page(target, email=email, problem=_WRONG), 422
    if row["one_time"] and row["one_time_until"] is not None and row["one_time_until"] <= wall_now():
        warn("sign_in.failed", email=row["email"], reason="one-time password has run out")
        return _page(target, email=email, problem=_RUN_OUT), 422
    if factor is not None:
        begin_pending(row, target)
        return redirect(url_for("pages.sign_in_code"), code=303)
    return _come_in(row, target, "password")


@pages.route("/sign-in/code", methods=["GET", "POST"])
@allowed(PUBLIC)
def sign_in_code() -> ResponseReturnValue:
    email = pending_email()
    if email is None:
        return redirect(url_for("pages.sign_in"), code=303)
    if request.method == "GET":
        return render_template("pages/sign_in_code.html", problem=None)
    row, factor = _known(email)
    with engine().db.writing() as connection:
        fits = (
            row is not None
            and factor is not None
            and still_fits(row)
            and is_proven(
                connection, factor, engine().settings.secret_key, request.form.get("code", ""), wall_now()
            )
        )
    if not fits or row is None:
        warn("sign_in.failed", email=email, reason="code")
        return render_template("pages/sign_in_code.html", problem=_WRONG_CODE), 422
    return _come_in(row, pending_target(), "password and code")


@pages.post("/sign-out")
@allowed(EVERYONE)
def sign_out() -> ResponseReturnValue:
    note("sign_out", email=visitor().email)
    close_session()
    left: Response = make_response(redirect(url_for("pages.sign_in"), code=303))
    left.headers["Clear-Site-Data"] = '"cache", "storage"'
    return left


def _known(email: str) -> tuple[RowMapping | None, RowMapping | None]:
    """The user and their second factor."""
    with engine().db.reading() as connection:
        try:
            row = user(connection, email)
        except NotFound:
            return None, None
        return row, second_factor(connection, row["email"])


def _come_in(row: RowMapping, target: str, by: str) -> ResponseReturnValue:
    open_session(row)
    note("sign_in.done", email=row["email"], by=by)
    return redirect(target, code=303)


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
