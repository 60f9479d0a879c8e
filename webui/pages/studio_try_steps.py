"""Try it, a step on: a task is answered, time passes, something happens to the imaginary patient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import InvalidInput
from engine.tryout import Fault, OpenTask, Played, Step
from webui.access import DIRECTORS, allowed
from webui.pages.blueprint import goes_to, pages
from webui.pages.studio_try import WALKED_ON
from webui.try_forms import STEPS, answer_step, attempt_step, pass_step, text, usual_step
from webui.try_page import Sent, begin_page, walk_page
from webui.tryouts import Standing, WalkedOn, standing, take


@dataclass(frozen=True, slots=True)
class _Walk:
    """What a form is read with: the walk before its step."""

    here: Standing
    played: Played

    def task(self) -> OpenTask:
        """The task that the form is about; raises InvalidInput when it is not open."""
        found = self.played.task_of(text("task"), text("case") or None)
        if found is None:
            raise InvalidInput({"walk": "This task is not open any more; here is what is open now."})
        return found


@pages.post("/studio/drafts/<int:draft_id>/try/answer")
@allowed(DIRECTORS)
def studio_try_answer(draft_id: int) -> ResponseReturnValue:
    """A task is completed, as its form was filled in or with the usual answers."""

    def read(walk: _Walk) -> Step:
        assert walk.here.tryout is not None
        if request.form.get("usual"):
            return usual_step(walk.task())
        return answer_step(walk.task(), walk.here.tryout.start.answers, walk.played)

    return _step(draft_id, "answer", read)


@pages.post("/studio/drafts/<int:draft_id>/try/attempt")
@allowed(DIRECTORS)
def studio_try_attempt(draft_id: int) -> ResponseReturnValue:
    """Somebody tries to reach the patient for a task."""
    return _step(draft_id, "attempt", lambda walk: attempt_step(walk.task()))


@pages.post("/studio/drafts/<int:draft_id>/try/pass")
@allowed(DIRECTORS)
def studio_try_pass(draft_id: int) -> ResponseReturnValue:
    """Time passes, and what falls due happens."""
    return _step(draft_id, "pass", lambda walk: pass_step(walk.played))


@pages.post("/studio/drafts/<int:draft_id>/try/happen")
@allowed(DIRECTORS)
def studio_try_happen(draft_id: int) -> ResponseReturnValue:
    """Something happens: an event, a value, answers, a delivery; or everybody does what is open."""
    act = text("act")
    if act not in STEPS:
        return goes_to(url_for("pages.studio_try", draft_id=draft_id))
    return _step(draft_id, act, lambda walk: STEPS[act]())


def _step(draft_id: int, act: str, read: Callable[[_Walk], Step]) -> ResponseReturnValue:
    """Take the step that a form asks for; what is wrong with it is said in the form, the walk stands before it."""
    here = standing(draft_id)
    if here.played is None:
        return begin_page(here)
    if here.played.fault is not None or request.form.get("seen", -1, type=int) != here.steps:
        flash(WALKED_ON)
        return goes_to(url_for("pages.studio_try", draft_id=draft_id))
    try:
        fault = take(here, read(_Walk(here, here.played)))
    except InvalidInput as error:
        return walk_page(here, _sent(act, error), status=422)
    except WalkedOn:
        flash(WALKED_ON)
        fault = None
    if isinstance(fault, Fault):
        return walk_page(here, _sent(act), fault, status=422)
    return goes_to(url_for("pages.studio_try", draft_id=draft_id))


def _sent(act: str, error: InvalidInput | None = None) -> Sent:
    values = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    return Sent(act, values, {} if error is None else error.errors)
