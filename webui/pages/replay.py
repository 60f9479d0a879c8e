"""Replay: who would have taken another path on this version? Recorded cases are played again on it, a few at a time."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.exceptions import BadRequest

from engine.replay import KINDS, VERDICTS, Target, cases_to_replay, replayer, target_of_version, told
from engine.store.versions import version
from webui.access import DIRECTORS, allowed, visitor
from webui.extension import engine
from webui.htmx import is_part
from webui.pages.blueprint import pages
from webui.replay_words import tally
from webui.seen import listed

MOST = 200  # cases; those with the longest records tell most
AT_ONCE = 8  # cases a request: a few seconds


@pages.get("/pathways/<digest>/replay")
@allowed(DIRECTORS)
def replay(digest: str) -> str:
    with engine().db.reading() as connection:
        row = version(connection, digest)
        waiting = _waiting(connection, target_of_version(connection, digest))
    return render_template("pages/replay.html", version=row, waiting=len(waiting), most=MOST)


@pages.post("/pathways/<digest>/replay")
@allowed(DIRECTORS)
def replay_some(digest: str) -> ResponseReturnValue:
    """Play the next cases; what was counted before comes along in the form."""
    begin, counts = _told_before()
    with engine().db.reading() as connection:
        row = version(connection, digest)
        target = target_of_version(connection, digest)
        waiting = _waiting(connection, target)
    with replayer(engine(), target) as play:
        found = [play(case_id) for case_id in waiting[begin : begin + AT_ONCE]]
    done = begin + len(found)
    shown = [each for each in found if each.verdict != "same" or each.moved]
    listed(each.patient_id for each in shown)
    context = {
        "version": row,
        "waiting": len(waiting),
        "most": MOST,
        "done": done,
        "found": shown,
        "counts": tally(counts, found),
        "told": told,
        "kinds": KINDS,
        "verdicts": VERDICTS,
        "continued": is_part() and begin > 0,
        "goes_on": done < len(waiting),
        "action": url_for("pages.replay_some", digest=digest),
    }
    return render_template("partials/_replayed.html" if is_part() else "pages/replay.html", **context)


def _waiting(connection: Connection, target: Target) -> list[str]:
    """The cases to replay whose patients the visitor sees."""
    return cases_to_replay(connection, target, MOST, organisation=visitor().organisation)


def _told_before() -> tuple[int, dict[str, int]]:
    """How many were played, and how they went; raises BadRequest for what is no number."""
    try:
        numbers = {name: int(request.form.get(name) or 0) for name in ("begin", *VERDICTS)}
    except ValueError as error:
        raise BadRequest("the form holds something else than numbers; begin the replay anew") from error
    begin = numbers.pop("begin")
    return max(begin, 0), numbers
