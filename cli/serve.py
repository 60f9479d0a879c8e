"""`throughline serve`: the web process."""

from __future__ import annotations

import signal
import socket
from types import FrameType

import click

from cli.answers import Answer, AnsweringCommand, show
from cli.installation import current_database

# Requests are short; more threads than this would wait for the database anyway.
_THREADS = 8


@click.command(cls=AnsweringCommand)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
def serve(host: str, port: int) -> None:
    """Serve pages and the API until SIGINT or SIGTERM."""
    import waitress

    from webui.app import create_app

    signal.signal(signal.SIGTERM, _stop)
    with current_database() as installation:
        try:
            listener = socket.create_server((host, port))
        except OSError as error:
            raise click.BadParameter(
                f"cannot listen on {host}:{port} ({error.strerror}); choose another", param_hint="--port"
            ) from error
        app = create_app(installation.engine())
        url = f"http://{host}:{listener.getsockname()[1]}"  # port 0 asks for any free one
        as_json = click.get_current_context().meta["as_json"]
        show(Answer({"url": url}, f"serving on {url} (Ctrl-C stops it)"), as_json=as_json)
        waitress.serve(app, sockets=[listener], threads=_THREADS)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)  # the server answers what it has begun, then ends
