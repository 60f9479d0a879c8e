"""htmx: whether it sent the request, and what an answer tells it beside its content."""

from __future__ import annotations

from typing import cast

from flask import Response
from flask_htmx import HTMX, make_response  # type: ignore[import-untyped]

__all__ = ["HTMX", "is_part", "part"]

_request = HTMX()


def is_part() -> bool:
    """Whether a part of a page is asked for: by htmx, and not to bring back a page of the browser's history."""
    return bool(_request) and not _request.history_restore_request


def part(
    content: str = "",
    *,
    status: int = 200,
    push_url: str | None = None,
    trigger: str | None = None,
    redirect: str | None = None,
    retarget: str | None = None,
) -> Response:
    """A part of a page. ``retarget`` names the element that takes it in place of the one that asked."""
    response = cast(Response, make_response(content, push_url=push_url, trigger=trigger, redirect=redirect))
    response.status_code = status
    if retarget is not None:
        response.headers["HX-Retarget"] = retarget
        response.headers["HX-Reswap"] = "innerHTML"
        response.headers["HX-Push-Url"] = "false"
    return response
