"""Background work: what waits, what was given up and why; who looks after it lets it be tried again, or lets it be."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import InvalidInput, Refused
from engine.outgoing.dead_letters import drop, retry
from engine.store.outbox import attempts_of, counted, listed
from engine.store.people import name_of
from webui.access import OVERSEERS, allowed, visitor
from webui.background_rows import KINDS, STATUS_WORDS, kind_words, retried, shown, work_for_visitor
from webui.extension import engine
from webui.pages.blueprint import goes_to, pages
from webui.seen import listed as listed_names

_PAGE = 50
# What is done is most of all and grows for years: counting it would read all of it.
_COUNTED = ("failed", "waiting", "dropped")


@pages.get("/background")
@allowed(OVERSEERS)
def background() -> str:
    """By status, what was given up first; `?kind=` shows one kind, `?before=` goes on."""
    status = request.args.get("status", "failed")
    status = status if status in STATUS_WORDS else "failed"
    kind = request.args.get("kind") if request.args.get("kind") in KINDS else None
    before, whose = request.args.get("before", type=int), visitor().organisation
    before = before if before is not None and 0 < before < 2**31 else None
    with engine().db.reading() as connection:
        rows = listed(connection, status, _PAGE + 1, operation=kind, organisation=whose, before=before)
        counts = {each: counted(connection, each, whose) for each in _COUNTED}
    listed_names([row["patient_id"] for row in rows[:_PAGE] if row["patient_id"]])
    return render_template(
        "pages/background.html",
        rows=[shown(row) for row in rows[:_PAGE]],
        older=rows[_PAGE - 1]["id"] if len(rows) > _PAGE else None,
        status=status,
        kind=kind,
        kinds=KINDS,
        statuses=STATUS_WORDS,
        counts={each: sum(found.values()) for each, found in counts.items()},
        of_kind=counts.get(status, {}),
    )


@pages.get("/background/<int:outgoing_id>")
@allowed(OVERSEERS)
def background_work(outgoing_id: int) -> str:
    """One piece of work: what it is, every attempt with what was said, and what shows that it arrived."""
    return _page(outgoing_id, None)


@pages.post("/background/<int:outgoing_id>/retry")
@allowed(OVERSEERS)
def retry_work(outgoing_id: int) -> ResponseReturnValue:
    work_for_visitor(outgoing_id)
    try:
        retry(engine(), outgoing_id, visitor().actor)
    except Refused as error:
        return _page(outgoing_id, error.message), 409
    flash("It is tried again, under the same key: what has arrived before does not arrive twice.")
    return goes_to(url_for("pages.background_work", outgoing_id=outgoing_id))


@pages.post("/background/<int:outgoing_id>/drop")
@allowed(OVERSEERS)
def drop_work(outgoing_id: int) -> ResponseReturnValue:
    work_for_visitor(outgoing_id)
    try:
        drop(engine(), outgoing_id, request.form.get("reason", ""), visitor().actor)
    except InvalidInput as error:
        return _page(outgoing_id, error.errors["reason"]), 422
    except Refused as error:
        return _page(outgoing_id, error.message), 409
    flash("It is let be; the reason stands with it.")
    return goes_to(url_for("pages.background_work", outgoing_id=outgoing_id))


def _page(outgoing_id: int, error: str | None) -> str:
    row = work_for_visitor(outgoing_id)
    with engine().db.reading() as connection:
        attempts = attempts_of(connection, outgoing_id)
        people = (row["requested_by"], row["ended_by"], *(each["by"] for each in retried(row)))
        named = {email: name_of(connection, email) for email in people if email}
    return render_template(
        "pages/background_work.html",
        work=shown(row),
        kind=kind_words(row["operation"]),
        attempts=attempts,
        named=named,
        statuses=STATUS_WORDS,
        may_settle=row["status"] == "failed",
        error=error and f"{error[:1].upper()}{error[1:].rstrip('.')}.",
    )
