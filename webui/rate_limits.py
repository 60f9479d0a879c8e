"""How often somebody may fail to prove who they are, counted in this process's memory.

By address, because a stranger has one; by account at that address; by account wherever from. The last is wide: who is
to be locked out of their work must not be for strangers to say.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from webui.access import current_visitor
from webui.pending import pending_email
from webui.security_log import warn

BY_ADDRESS = "30 per 5 minutes"  # a clinic's people often share one address
BY_ACCOUNT = "8 per 5 minutes"
ANYWHERE = "100 per hour"
# Where a password or a code is asked.
LIMITED = ("sign_in", "sign_in_code", "password", "enrol", "remove_factor", "sign_out_others")


def limit_sign_in(app: Flask) -> None:
    """Only failed attempts count: signing in a whole shift from one address is no attack."""
    limiter = Limiter(
        get_remote_address, app=app, storage_uri="memory://", strategy="moving-window", on_breach=_noted
    )
    for name in LIMITED:
        view: Any = app.view_functions[f"pages.{name}"]
        for limit, key in ((BY_ADDRESS, get_remote_address), (BY_ACCOUNT, _account_here), (ANYWHERE, _account)):
            kept = limiter.shared_limit(limit, scope="proof", key_func=key, deduct_when=_failed, methods=["POST"])
            view = kept(view)
        app.view_functions[f"pages.{name}"] = view


def _account() -> str:
    who = current_visitor()
    email = who.email if who else pending_email() or request.form.get("email", "")
    return "account:" + email.strip().lower()[:254]


def _account_here() -> str:
    return f"{get_remote_address()} {_account()}"


def _failed(response: Response) -> bool:
    return response.status_code == 422


def _noted(_: object) -> None:
    warn("sign_in.limited", page=request.endpoint)
