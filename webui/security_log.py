"""Security events in the log: who came in, who did not, what was refused. One line each, whatever was sent."""

from __future__ import annotations

import json
import logging

from flask import request

_LOG = logging.getLogger("throughline.security")


def note(event: str, **about: str | int | None) -> None:
    """Writes an event with its facts and the address it came from; never a password, a code or a token."""
    told = {**about, "address": request.remote_addr}
    # JSON escapes what would begin a line of its own.
    _LOG.info("%s %s", event, json.dumps({name: value for name, value in told.items() if value is not None}))


def warn(event: str, **about: str | int | None) -> None:
    """The same for what somebody should look at."""
    told = {**about, "address": request.remote_addr}
    _LOG.warning("%s %s", event, json.dumps({name: value for name, value in told.items() if value is not None}))
