"""The blueprint of all pages: before each, who is asking, whether they may, and whether a password must be changed."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webui.access import check_access, current_visitor
from webui.failures import Failure, answer
from webui.htmx import is_part, part
from webui.organisations import saw_all, subjects_in
from webui.seen import record_seen
from webui.sessions import load_visitor, must_change_password, must_enrol

__all__ = ["goes_to", "pages"]

pages = Blueprint("pages", __name__)

_UNRECORDED = Failure(
    500,
    "This cannot be shown now",
    "Whoever looks at a patient is written down, and just now that could not be done.",
    "What you did before is kept. Wait a moment and load the page again; if it stays so, tell whoever runs the server.",
)
_OPEN_BEFORE_CHANGE = {"pages.password", "pages.sign_out"}
_OPEN_BEFORE_ENROLMENT = _OPEN_BEFORE_CHANGE | {"pages.enrol"}


@pages.before_request
def ask_who() -> ResponseReturnValue | None:
    load_visitor()
    check_access()
    if current_visitor() and must_change_password() and request.endpoint not in _OPEN_BEFORE_CHANGE:
        return goes_to(url_for("pages.password"))
    if current_visitor() and must_enrol() and request.endpoint not in _OPEN_BEFORE_ENROLMENT:
        return goes_to(url_for("pages.enrol"))
    saw_all(subjects_in(request.view_args or {}))
    return None


@pages.after_request
def note_who_was_seen(response: Response) -> Response:
    return record_seen(response, lambda: answer(_UNRECORDED))


def goes_to(address: str) -> ResponseReturnValue:
    """Sends the browser on after a form, also when htmx sent the form and should load a whole page."""
    return part(redirect=address) if is_part() else redirect(address, code=303)
