"""The sandbox's clock: a day passes, and whatever became due in it happens."""

from __future__ import annotations

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from care.periods import Period
from engine.errors import NotASandbox
from engine.proof.daily import Daily
from engine.store.clocks import SandboxClock, is_sandbox
from webui.access import WORKERS, allowed
from webui.addresses import inside
from webui.extension import engine
from webui.pages.blueprint import goes_to, pages
from webui.words import day, plural


@pages.post("/sandbox/advance")
@allowed(WORKERS)
def advance() -> ResponseReturnValue:
    if not is_sandbox(engine().db):
        raise NotASandbox
    SandboxClock(engine().db).advance(Period.parse("P1D"), engine().zone)
    result = engine().tick()
    Daily(engine().db, engine().settings).ensure(engine().clock.now())
    stuck = f" {plural(len(result.failed), 'case')} could not go on; see the log." if result.failed else ""
    flash(f"It is {day(engine().today())}. {plural(result.cases, 'case')} moved on.{stuck}")
    return goes_to(inside(request.form.get("next")) or url_for("pages.day"))
