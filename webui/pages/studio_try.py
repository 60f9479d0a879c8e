"""Try it: an imaginary patient is walked through a draft; who they are, where they stand, and the way back."""

from __future__ import annotations

from flask import Response, flash, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from care.errors import ConfigurationError
from engine.errors import InvalidInput
from engine.tryout import CannotBegin, Tryout
from engine.tryout.playing import beginning
from webui.access import DIRECTORS, allowed
from webui.pages.blueprint import goes_to, pages
from webui.try_forms import start_sent
from webui.try_page import Sent, begin_page, diagrams_of, walk_page
from webui.tryouts import WalkedOn, keep, standing, theatre


@pages.get("/studio/drafts/<int:draft_id>/try")
@allowed(DIRECTORS)
def studio_try(draft_id: int) -> ResponseReturnValue:
    """Where the walk stands, or who shall walk; `?task=` opens the form of a task."""
    here = standing(draft_id)
    if here.played is None or request.args.get("patient") is not None:
        return begin_page(here)
    return walk_page(here)


@pages.post("/studio/drafts/<int:draft_id>/try")
@allowed(DIRECTORS)
def studio_try_begin(draft_id: int) -> ResponseReturnValue:
    """A patient enters the draft; a walk that was there before is over."""
    here = standing(draft_id)
    try:
        start = start_sent()
        with theatre().stage(here.sources) as place:
            beginning(start, place.names)
        tryout = Tryout(start)
        theatre().play(here.sources, tryout, here.draft.main)
    except InvalidInput as error:
        return begin_page(here, Sent("begin", _sent(), error.errors), status=422)
    except ConfigurationError as error:
        return begin_page(here, Sent("begin", _sent(), {_field(error): _words(error)}), status=422)
    except CannotBegin as error:
        return begin_page(here, Sent("begin", _sent(), {}), error.fault, status=422)
    keep(here, tryout, after=None)
    return goes_to(url_for("pages.studio_try", draft_id=draft_id))


@pages.post("/studio/drafts/<int:draft_id>/try/back")
@allowed(DIRECTORS)
def studio_try_back(draft_id: int) -> ResponseReturnValue:
    """The walk goes back to an earlier step; those after it are forgotten."""
    here = standing(draft_id)
    to = request.form.get("to", type=int)
    if here.tryout is not None and to is not None and 0 <= to < here.steps:
        try:
            keep(here, here.tryout.up_to(to), after=request.form.get("seen", -1, type=int))
        except WalkedOn:
            flash(WALKED_ON)
    return goes_to(url_for("pages.studio_try", draft_id=draft_id))


@pages.post("/studio/drafts/<int:draft_id>/try/over")
@allowed(DIRECTORS)
def studio_try_over(draft_id: int) -> ResponseReturnValue:
    """The walk is forgotten; the form of the patient is filled as it was, to begin with another or the same."""
    here = standing(draft_id)
    if here.tryout is not None:
        keep(here, Tryout(here.tryout.start), after=None)
    return goes_to(url_for("pages.studio_try", draft_id=draft_id, patient=""))


@pages.get("/studio/drafts/<int:draft_id>/try/diagram")
@allowed(DIRECTORS)
def studio_try_diagram(draft_id: int) -> Response:
    """The walk's diagrams for the viewer: where the patient is, has been, and where a step has failed (`?fault=`)."""
    here = standing(draft_id)
    return jsonify({"diagrams": diagrams_of(here, request.args.get("file", ""), request.args.get("fault", ""))})


WALKED_ON = "The walk has gone on in another window since. This is where it stands now."


def _sent() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}


def _field(error: ConfigurationError) -> str:
    """The form's field that an error of the scenario's reader is about: `given.patient.age` is `age`."""
    parts = (error.field or "").split(".")
    return next((part for part in reversed(parts) if part in _FIELDS), "answers" if "answers" in parts else "begin")


def _words(error: ConfigurationError) -> str:
    words = error.message.removeprefix(f"{error.document}: ").removeprefix(f"{error.field}: ")
    return words[:1].upper() + words[1:].rstrip(".") + "."


_FIELDS = ("track", "name", "age", "conditions", "begins", "aligned", "answers")
