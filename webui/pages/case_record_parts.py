"""What the page of a record fetches: where the case stood at a moment, an entry opened, a version's diagram."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template, request, url_for

from engine.errors import NotFound
from engine.store.cases import case as case_by_id
from engine.store.history import entry as entry_by_number
from engine.store.patients import patient as patient_by_id
from engine.store.versions import version
from webui.access import EVERYONE, allowed
from webui.broken_record import tells_when_broken
from webui.extension import engine
from webui.htmx import is_part
from webui.pages.blueprint import pages
from webui.pages.case_record import trace_of
from webui.words import clock_time, day, local
from worklists.trace_diagrams import diagrams_of
from worklists.trace_entries import Source, opened
from worklists.trace_words import DrawnDiagram, Where, where

_FOR_A_YEAR = "private, max-age=31536000, immutable"  # a version never changes


@pages.get("/cases/<case_id>/record/at")
@allowed(EVERYONE)
@tells_when_broken
def record_at(case_id: str) -> Response:
    """Where the case stood when the moment of entry ``seq`` was over: in words, and what to mark on each diagram."""
    with engine().db.reading() as connection:
        trace = trace_of(connection, case_by_id(connection, case_id))
        seq = request.args.get("seq", type=int)
        moment = trace.moment(seq)
        found = where(trace, moment, engine().zone)
        before, after = trace.beside(moment)
        element = trace.element_of(moment, seq)
    return jsonify({**_said(found), "before": before, "after": after, "element": element})


@pages.get("/cases/<case_id>/record/moments")
@allowed(EVERYONE)
@tells_when_broken
def record_moments(case_id: str) -> Response:
    """Every moment as [its last entry, its first entry, seconds since 1970]: what the slider stops at."""
    with engine().db.reading() as connection:
        trace = trace_of(connection, case_by_id(connection, case_id))
    return jsonify({"moments": [[each.last, each.first, int(each.at.timestamp())] for each in trace.moments]})


@pages.get("/cases/<case_id>/record/entries/<int:seq>")
@allowed(EVERYONE)
@tells_when_broken
def record_entry(case_id: str, seq: int) -> str:
    """An entry opened to its inputs: a part of the timeline, or a page of its own."""
    with engine().db.reading() as connection:
        row = case_by_id(connection, case_id)
        source = Source(trace_of(connection, row), engine().library, engine().zone)
        found = opened(source, dict(entry_by_number(connection, case_id, seq)))
        who = patient_by_id(connection, row["patient_id"])
    template = "partials/_trace_entry.html" if is_part() else "pages/record_entry.html"
    return render_template(template, case=row, patient=who, opened=found)


@pages.get("/pathways/<digest>/diagrams/<process>")
@allowed(EVERYONE)
def version_diagram(digest: str, process: str) -> Response:
    """One diagram of a version as BPMN XML; a browser may keep it."""
    with engine().db.reading() as connection:
        found = diagrams_of(dict(version(connection, digest)))
    xml = next((each.xml for each in found.diagrams if each.process == process), None)
    if xml is None:
        raise NotFound("diagram of the version", process)
    return Response(xml, mimetype="application/xml", headers={"Cache-Control": _FOR_A_YEAR})


def _said(found: Where) -> dict[str, Any]:
    moment = found.moment
    return {
        "seq": moment.last,
        "first": moment.first,
        "seconds": int(moment.at.timestamp()),
        "on": local(moment.at).date().isoformat(),
        "instant": f"Day {found.day}, {day(local(moment.at).date())}, {clock_time(moment.at)}",
        "sentence": found.sentence,
        "notes": found.notes,
        "diagrams": [_drawn(each) for each in found.diagrams],
    }


def _drawn(each: DrawnDiagram) -> dict[str, Any]:
    return {
        "key": each.key,
        "name": each.name,
        "version": each.version_number,
        "is_running": each.is_running,
        "address": url_for("pages.version_diagram", digest=each.digest, process=each.process),
        "active": each.active,
        "walked": each.walked,
        "flows": [[source, target, count] for (source, target), count in each.flows.items()],
    }
