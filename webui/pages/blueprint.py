"""The blueprint of all pages: before each, who is asking, whether they may, and whether a password must be changed."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webui.access import check_access, current_visitor
from webui.htmx import is_part, part
from webui.sessions import load_visitor, must_change_password

__all__ = ["goes_to", "pages"]

pages = Blueprint("pages", __name__)

_OPEN_BEFORE_CHANGE = {"pages.password", "pages.sign_out"}


@pages.before_request
def ask_who() -> ResponseReturnValue | None:
    load_visitor()
    check_access()
    if current_visitor() and must_change_password() and request.endpoint not in _OPEN_BEFORE_CHANGE:
        return goes_to(url_for("pages.password"))
    return None


def goes_to(address: str) -> ResponseReturnValue:
    """Sends the browser on after a form, also when htmx sent the form and should load a whole page."""
    return part(redirect=address) if is_part() else redirect(address, code=303)
