"""How often somebody may fail to sign in: by address and by account, counted in this process's memory."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

BY_ADDRESS = "30 per 5 minutes"  # a clinic's people often share one address
BY_ACCOUNT = "8 per 5 minutes"


def limit_sign_in(app: Flask) -> None:
    """Only failed attempts count: signing in a whole shift from one address is no attack."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    view: Any = app.view_functions["pages.sign_in"]
    for limit, key in ((BY_ADDRESS, get_remote_address), (BY_ACCOUNT, _account)):
        view = limiter.limit(limit, key_func=key, methods=["POST"], deduct_when=_failed)(view)
    app.view_functions["pages.sign_in"] = view


def _account() -> str:
    return "account:" + request.form.get("email", "").strip().lower()


def _failed(response: Response) -> bool:
    return response.status_code != 303
