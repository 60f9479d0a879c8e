"""What stands between the network and the first route: trusted proxies, the names of the site, TLS."""

from __future__ import annotations

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.door import Door
from webui.api.endpoints import PREFIX
from webui.api.problems import problem
from webui.failures import Failure, answer
from webui.security_log import warn

_PROBED = "health"  # asked from inside the network, by address and without TLS
_NO_TLS = Failure(
    403,
    "This came without encryption",
    "What is sent here is about patients, so it is taken over TLS alone.",
    "Write https: in the address and try again.",
)


def stand_behind(app: Flask, door: Door) -> None:
    """Believes as many proxies as there are, answers to the site's own names, and asks for TLS where it is required."""
    if door.proxies:
        count = door.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    if door.hosts:
        app.config["TRUSTED_HOSTS"] = list(door.hosts)
        app.before_request(refuse_other_hosts)
    if door.tls:
        app.before_request(ask_for_tls)


def refuse_other_hosts() -> ResponseReturnValue | None:
    """400 for a name that is not ours; in words alone, since no address could be made from that name."""
    if isinstance(request.routing_exception, SecurityError):
        warn("host.refused")
        return Response("This site does not go by that name.\n", 400, content_type="text/plain; charset=utf-8")
    return None


def ask_for_tls() -> ResponseReturnValue | None:
    """Sends a visit on to https; a call of the API is refused, so that a client notices what it sent in the clear."""
    if request.is_secure or request.blueprint == _PROBED:
        return None
    if f"{request.path}/".startswith(f"{PREFIX}/"):
        return problem(403, code="tls-needed", detail="send this over TLS; the token was sent in the clear: revoke it")
    if request.method in ("GET", "HEAD"):
        return redirect(request.url.replace("http:", "https:", 1), code=308)
    return answer(_NO_TLS)
