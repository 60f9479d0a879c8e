"""What stands before and after every page: text that no database keeps is refused, the headers are added."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request
from flask.typing import ResponseReturnValue

from webui.api.endpoints import PREFIX
from webui.failures import Failure, answer

# No inline script and no inline style anywhere: what an attacker manages to write into a page does nothing.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


_SERVED = frozenset({200, 206, 304})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_NUL = Failure(
    400,
    "This was not understood",
    "It holds a NUL character, which is no part of any text and cannot be kept.",
    "Go back, take it out and send it once more; in an address it is written %00.",
)


def refuse_nul() -> ResponseReturnValue | None:
    """Before each request to a page: 400 for a NUL in its address or its form. The API names the field itself."""
    if f"{request.path}/".startswith(f"{PREFIX}/") or not any("\0" in text for text in _texts()):
        return None
    return answer(_NUL)


def _texts() -> Iterator[str]:
    yield request.path
    for values in (request.args, request.form) if request.mimetype in _FORMS else (request.args,):
        for name, value in values.items(multi=True):
            yield name
            yield value


def secure(response: Response) -> Response:
    """Adds the headers. Pages hold health information: nobody keeps them, the browser's own cache included."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static" and response.status_code in _SERVED:
        # The file's name holds its content's hash: another content has another name. A page that says that there is
        # no such file is drawn for who asks, and must never be kept as the file.
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif response.headers.get("Cache-Control") in (None, "no-cache"):  # the latter is how files are sent by default
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response
