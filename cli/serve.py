"""`throughline serve`: the web process."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any

import click

from cli.answers import Answer, AnsweringCommand, show
from cli.installation import current_database
from cli.telemetry import as_service

# Requests are short; more threads than this would wait for the database anyway.
_THREADS = 8
# What a stranger may send before any route has looked at it: an import of files has 50 MB and a form around it.
SERVER: dict[str, Any] = {
    "ident": None,  # no name and no version
    "max_request_body_size": 52_000_000,
    "max_request_header_size": 65_536,
    "channel_timeout": 60,  # seconds in which nothing comes
}


def address_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where a web process listens."""
    port = click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
    host = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
    return host(port(command))


@click.command(cls=AnsweringCommand)
@address_options
def serve(host: str, port: int) -> None:
    """Serve pages and the API until SIGINT or SIGTERM."""
    serve_pages(host, port)


def serve_pages(host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM; says where, as an answer of its own."""
    import waitress

    from cli.demo.staff import sign_ins
    from webui.app import create_app

    signal.signal(signal.SIGTERM, _stop)
    with current_database() as installation:
        as_service(os.environ)
        listener = _listener(host, port)
        engine = installation.engine()
        with installation.db.reading() as connection:
            engine.library.warm(connection, engine.clock.now())
        app = create_app(engine)
        app.config["DEMO_SIGN_INS"] = sign_ins()  # shown in a sandbox that holds the demo, nowhere else
        url = f"http://{host}:{listener.getsockname()[1]}"  # port 0 asks for any free one
        as_json = click.get_current_context().meta["as_json"]
        show(Answer({"url": url}, f"serving on {url} (Ctrl-C stops it)"), as_json=as_json)
        # Believed or not in one place, webui/front_door.py: where no proxy is trusted the server drops them already.
        forwarded = {"clear_untrusted_proxy_headers": not installation.settings.door.proxies}
        waitress.serve(app, sockets=[listener], threads=_THREADS, **SERVER, **forwarded)


def _listener(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise click.BadParameter(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another", param_hint="--port"
        ) from error


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)  # the server answers what it has begun, then ends
