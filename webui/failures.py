"""What a person reads when something did not work: each failure in words, with what to do next."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Flask, current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, Unauthorized

from engine.errors import Busy, InvalidInput, NotFound, OutcomeUnknown, Refused, ScannerAway, ThroughlineError
from engine.store.failures import is_full
from webui.assets import FrontEndMissing
from webui.htmx import is_part, part
from webui.json_answers import json_failure, speaks_json
from webui.security_log import warn
from webui.sessions import load_visitor
from webui.sizes import largest_file


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that says what did not work (``what``) and what one can do (``do``)."""

    status: int
    title: str
    what: str
    do: str | None = None


_HTTP = {
    failure.status: failure
    for failure in (
        Failure(
            400,
            "This was not understood",
            "The form came back incomplete.",
            "Go back, load the page again and send it once more.",
        ),
        Failure(403, "This is not open to you", "", "Ask a team lead if you should be able to do this."),
        Failure(404, "There is nothing here", "The address leads nowhere: it may be old, or a letter is wrong."),
        Failure(405, "This address does not work that way", "It takes what a form sends, not a visit."),
        Failure(
            413,
            "This is too much at once",
            "What was sent is larger than any form of ours.",
            "Shorten the texts and send it again.",
        ),
        Failure(
            429,
            "Too many attempts",
            "Somebody failed to sign in too often from here or with this email.",
            "Wait five minutes, then try again.",
        ),
    )
}
_SMALLER = "Choose a smaller file, or make this one smaller, then send it again."
_UNEXPECTED = Failure(
    500,
    "Something went wrong on our side",
    "It was written to the log. Nothing that you had completed is lost; a form that you were filling in has its draft.",
    "Try again. If it happens again, tell whoever runs this server what you were doing.",
)
_BUSY = Failure(
    503,
    "The database does not answer",
    "Nothing was changed by what you just did.",
    "Wait a moment and try again.",
)
_FULL = Failure(
    507,
    "The disk is full",
    "Nothing was changed by what you just did, and nothing that was done before is lost.",
    "Tell whoever runs this server that there is no room left. Then send it again.",
)
_IN_THE_WAY = replace(_BUSY, title="Others were in the way", what="Nothing was changed: too much happened at once.")
_NO_SCANNER = Failure(
    503,
    "The virus scanner does not answer",
    "No file is taken that it has not looked at. Nothing was changed.",
    "Wait a moment and send it again. If this goes on, tell whoever runs this server.",
)
_UNKNOWN = Failure(
    503,
    "We cannot tell whether this was done",
    "The connection to the database broke at the last moment.",
    "Load the page again and look whether it was done, before you do it once more.",
)


def register_failures(app: Flask) -> None:
    app.register_error_handler(Unauthorized, _to_the_door)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ThroughlineError, _engine)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(DataError, _out_of_range)
    app.register_error_handler(OverflowError, _out_of_range)
    app.register_error_handler(Exception, _unexpected)


def answer(failure: Failure) -> ResponseReturnValue:
    """The failure as a page, as the part of a page that htmx asked for, or as JSON for a script."""
    if speaks_json():
        return json_failure(failure.status, failure.title, " ".join(filter(None, (failure.what, failure.do))))
    if "visitor" not in g:
        load_visitor()  # an address that leads nowhere has not asked yet
    if is_part():
        # whatever part was asked for: the failure stands where the open task does, the list stays as it was
        return part(render_template("partials/_failure.html", failure=failure), status=failure.status, retarget="#pane")
    return render_template("pages/failure.html", failure=failure), failure.status


def _to_the_door(_: Unauthorized) -> ResponseReturnValue:
    if speaks_json():
        return json_failure(401, "You are signed out", "Sign in again in another window, then go on here.")
    after = request.full_path.rstrip("?") if request.method == "GET" and not is_part() else None
    door = url_for("pages.sign_in", next=after)
    return part(redirect=door) if is_part() else redirect(door, code=303)


def _stale_form(_: CSRFError) -> ResponseReturnValue:
    warn("form.refused", page=request.endpoint)
    what = "You signed in or out since this page was opened, or your browser keeps no cookies."
    return answer(Failure(400, "This form is too old to be sent", what, "Load the page again and send it once more."))


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error.get_response()
    known = _HTTP.get(code, Failure(code, error.name, ""))
    if code == 413 and (most := largest_file()) is not None:
        known = replace(
            known, what=f"At most {most / 1e6:.0f} MB are taken here, and what was sent is larger.", do=_SMALLER
        )
    if code == 403 and error.description:
        known = replace(known, what=_sentence(error.description))
    return answer(known)


def _engine(error: ThroughlineError) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        what = f"We know no {error.kind} “{error.identity}”. It may be written differently."
        return answer(Failure(404, "There is nothing here", what))
    if isinstance(error, Refused):
        return answer(Failure(409, "This cannot be done now", _sentence(error.message)))
    if isinstance(error, InvalidInput):
        return answer(Failure(422, "This was not accepted", _sentence(error.message)))
    if isinstance(error, ScannerAway):
        current_app.logger.error("the virus scanner does not answer", exc_info=error)
        return _come_back(_NO_SCANNER)
    if isinstance(error, Busy | OutcomeUnknown):
        current_app.logger.error("others were in the way", exc_info=error)
        return _come_back(_IN_THE_WAY) if isinstance(error, Busy) else answer(_UNKNOWN)
    return _unexpected(error)


def _out_of_range(error: DataError | OverflowError) -> ResponseReturnValue:
    """A number or a day of the address or the form that no column holds is nothing that there could be."""
    current_app.logger.warning("a value of %s lies outside what is kept: %s", request.endpoint, error)
    what = "A number or a day in the address or the form lies outside what is kept here."
    return answer(Failure(404, "There is nothing here", what))


def _database(error: OperationalError) -> ResponseReturnValue:
    full = is_full(error)
    current_app.logger.error("the disk is full" if full else "the database does not answer", exc_info=error)
    return answer(_FULL) if full else _come_back(_BUSY)


def _come_back(failure: Failure) -> ResponseReturnValue:
    """A failure that passes by itself, with the seconds after which a program may ask again."""
    response = make_response(answer(failure))
    response.headers["Retry-After"] = "5"
    return response


def _unexpected(error: Exception) -> ResponseReturnValue:
    current_app.logger.error("unexpected error at %s", request.endpoint, exc_info=error)
    if isinstance(error, FrontEndMissing):  # no page can be drawn without it
        return error.message + "\n", 500, {"Content-Type": "text/plain; charset=utf-8"}
    return answer(_UNEXPECTED)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
