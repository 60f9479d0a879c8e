"""How one signs in: where one is signed in now, and the second factor."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.store.people import user
from engine.store.sign_in import (
    open_sessions,
    recovery_codes_left,
    remove_second_factor,
    second_factor,
    set_second_factor,
)
from webui.access import EVERYONE, allowed, visitor
from webui.extension import engine
from webui.pages.blueprint import pages
from webui.passwords import is_right
from webui.second_factor import (
    digest_of_code,
    drawn,
    is_proven,
    new_recovery_codes,
    new_secret,
    opened,
    sealed,
    step_of,
)
from webui.security_log import note, warn
from webui.sessions import close_other_sessions, digest_of_session, must_enrol, second_factor_is_asked, wall_now

_WRONG_PASSWORD = "This is not the password you have now."
_WRONG_CODE = "This code does not fit. Wait for the next one, and check that the phone's clock is right."


@pages.get("/account")
@allowed(EVERYONE)
def account() -> ResponseReturnValue:
    return _page({})


@pages.post("/account/sign-out-others")
@allowed(EVERYONE)
def sign_out_others() -> ResponseReturnValue:
    chosen = frozenset(request.form.getlist("session"))
    problems = {} if _knows_password() else {"others": _WRONG_PASSWORD}
    problems |= {} if chosen else {"session": "Tick where you want to be signed out."}
    if problems:
        return _page(problems, chosen), 422
    ended = close_other_sessions(visitor().email, only=chosen)
    note("sessions.ended", email=visitor().email, count=ended)
    flash("Where it was ticked, you are signed out.")
    return redirect(url_for("pages.account"), code=303)


@pages.route("/account/second-factor", methods=["GET", "POST"])
@allowed(EVERYONE)
def enrol() -> ResponseReturnValue:
    key, kept = engine().settings.secret_key, session.get("enrolling")
    secret = opened(kept, key) if kept else None
    if request.method == "GET" or secret is None:
        secret = new_secret()
        session["enrolling"] = sealed(secret, key)
        return _enrolment(secret, {})
    step = step_of(secret, request.form.get("code", ""), wall_now())
    problems = {} if _knows_password() else {"password": _WRONG_PASSWORD}
    problems |= {} if step is not None else {"code": _WRONG_CODE}
    if problems or step is None:
        return _enrolment(secret, problems), 422
    codes, email = new_recovery_codes(), visitor().email
    with engine().db.writing() as connection:
        digests = [digest_of_code(each) for each in codes]
        set_second_factor(connection, email, sealed(secret, key), step, digests, wall_now())
    del session["enrolling"]
    close_other_sessions(email)
    note("second_factor.set", email=email)
    return render_template("pages/recovery_codes.html", codes=codes)


@pages.post("/account/second-factor/remove")
@allowed(EVERYONE)
def remove_factor() -> ResponseReturnValue:
    email, code = visitor().email, request.form.get("code", "")
    knows = _knows_password()
    with engine().db.writing() as connection:
        factor = second_factor(connection, email)
        if factor is not None:
            if not knows or not is_proven(connection, factor, engine().settings.secret_key, code, wall_now()):
                warn("second_factor.kept", email=email, reason="password or code")
                return _page({"remove": "Password and code do not both fit."}), 422
            remove_second_factor(connection, email)
    close_other_sessions(email)
    note("second_factor.removed", email=email)
    flash("Your second factor is gone. Anywhere else you were signed in, you are signed out.")
    return redirect(url_for("pages.account"), code=303)


def _knows_password() -> bool:
    with engine().db.reading() as connection:
        kept = user(connection, visitor().email)["password_hash"]
    return is_right(request.form.get("password", ""), kept)


def _enrolment(secret: str, problems: dict[str, str]) -> str:
    spelt = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    code = Markup(drawn(secret, visitor().email))  # drawn here from letters and digits alone
    return render_template("pages/enrol.html", code=code, spelt=spelt, problems=problems, forced=must_enrol())


def _page(problems: dict[str, str], chosen: frozenset[str] | None = None) -> str:
    """``chosen`` are the sessions that are ticked, None where nobody has ticked any yet: all."""
    email, door, here = visitor().email, engine().settings.door, digest_of_session()
    with engine().db.reading() as connection:
        kept = [
            row
            for row in open_sessions(connection, email, wall_now() - door.longest)
            if wall_now() - row["seen_at"] < door.idle
        ]
        factor = second_factor(connection, email)
        left = recovery_codes_left(connection, email)
    return render_template(
        "pages/account.html",
        sessions=kept,
        here=here,
        factor=factor,
        left=left,
        is_asked=second_factor_is_asked(),
        problems=problems,
        chosen=chosen,
    )
