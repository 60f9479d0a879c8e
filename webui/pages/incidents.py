"""Incidents: which pathways stand still, for whom and why, and what a director lets them do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, RowMapping

from engine.commands import RetryIncident, SkipIncident
from engine.counted import counted
from engine.errors import InvalidInput, Refused
from engine.incidents.bulk import retry_some, settle
from engine.incidents.skipping import is_timer, repeats, ways_past, why_not
from engine.store import incidents as store
from engine.store.cases import case as case_by_id
from engine.store.history import entries
from engine.store.patients import patient as patient_by_id
from engine.store.people import name_of
from engine.store.versions import newest_versions, version
from webui.access import DIRECTORS, STUDIO_READERS, allowed, visitor
from webui.days import day_of
from webui.extension import engine
from webui.incident_words import RESOLUTIONS, kept_words, not_taken_words
from webui.pages.blueprint import goes_to, pages
from webui.returned import entry_of
from webui.seen import listed

_LONGEST = 500
_MOST = 25  # patients that are named of each group


@pages.get("/incidents")
@allowed(STUDIO_READERS)
def incidents() -> str:
    """What stands still, by what failed. `?after=` goes on with a run of retries of one element."""
    whose = visitor().organisation
    with engine().db.reading() as connection:
        groups = store.open_groups(connection, whose)
        people = [store.listed(connection, whose, group=_cause(group), limit=_MOST) for group in groups]
        newest = {row["process_id"]: row["hash"] for row in newest_versions(connection)}
    listed(row["patient_id"] for rows in people for row in rows)
    return render_template(
        "pages/incidents.html",
        groups=[_group(group, rows, newest) for group, rows in zip(groups, people, strict=True)],
        total=sum(group["count"] for group in groups),
        may_settle=visitor().role in DIRECTORS,
        run=request.args,
    )


@pages.get("/incidents/<incident_id>")
@allowed(STUDIO_READERS)
def incident(incident_id: str) -> str:
    """One incident: where it stands in the diagram, what failed, what waits, and what was done about it."""
    return _page(incident_id, {}, {})


@pages.get("/incidents/<incident_id>/diagram")
@allowed(STUDIO_READERS)
def incident_diagram(incident_id: str) -> Response:
    """The diagram in which the element is drawn, for the viewer (JSON)."""
    with engine().db.reading() as connection:
        row = store.as_it_stands(connection, incident_id)
        definition = engine().library.definition(connection, row["version"])
        sources = version(connection, row["version"])["sources"]
    file = _file_of(sources, row["element_id"], definition.file)
    failed = [] if row["element_id"] is None else [row["element_id"]]
    drawn = {"name": definition.settings.title, "xml": sources[file], "active": [], "failed": failed}
    return jsonify({"diagrams": [drawn]})


@pages.post("/incidents/<incident_id>/retry")
@allowed(DIRECTORS)
def retry_incident(incident_id: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "").strip()[:_LONGEST] or None
    return _settle(incident_id, RetryIncident(_case_of(incident_id), incident_id, reason))


@pages.post("/incidents/<incident_id>/skip")
@allowed(DIRECTORS)
def skip_incident(incident_id: str) -> ResponseReturnValue:
    given = request.form
    command = SkipIncident(
        _case_of(incident_id),
        incident_id,
        given.get("element") or None,
        int(seen) if (seen := given.get("failures", "")).isdecimal() and len(seen) < 9 else 0,
        given.get("reason", "").strip()[:_LONGEST],
        given.get("to") or None,
        _instant(given.get("at", "")),
    )
    return _settle(incident_id, command)


@pages.post("/incidents/retry")
@allowed(DIRECTORS)
def retry_alike() -> ResponseReturnValue:
    """Tries the next few of one element again; the page that follows offers to go on with the rest."""
    given = request.form
    group = store.Group(given.get("definition", ""), given.get("version", ""), given.get("element") or None)
    who = visitor()
    reason = given.get("reason", "").strip()[:_LONGEST] or None
    after = given.get("after", "")
    done = retry_some(engine(), group, actor=who.actor, organisation=who.organisation, reason=reason, after=after)
    words = [f"{counted(len(done.settled), 'patient')} went on", f"{len(done.failed)} failed again"]
    flash(f"{', '.join(words)}.{' There are more: go on.' if done.after else ''}")
    if done.after is None:
        return goes_to(url_for("pages.incidents"))
    about = {"definition": group.definition, "version": group.version, "element": group.element}
    return goes_to(url_for("pages.incidents", **about, after=done.after))  # type: ignore[arg-type]


# -- what is shown --------------------------------------------------------------------------------------------------
def _cause(group: RowMapping) -> store.Group:
    return store.Group(group["definition"], group["version"], group["element_id"])


def _group(group: RowMapping, rows: Any, newest: dict[str, str]) -> dict[str, Any]:
    digest = newest.get(group["definition"])
    return {**group, "people": rows, "newest": digest if digest != group["version"] else None}


def _page(incident_id: str, errors: dict[str, str], sent: dict[str, str]) -> str:
    with engine().db.reading() as connection:
        row = store.as_it_stands(connection, incident_id)
        case = case_by_id(connection, row["case_id"])
        who = patient_by_id(connection, case["patient_id"])
        about = version(connection, row["version"])
        definition = engine().library.definition(connection, row["version"])
        newest = {each["process_id"]: each["hash"] for each in newest_versions(connection)}
        story = _story(connection, row)
        shown = {
            "waiting": kept_words(connection, row["kept"]),
            "not_taken": [
                (words, entry_of(story, incident_id, each)) for each, words in not_taken_words(connection, row["kept"])
            ],
            "opened_by": name_of(connection, row["opened_by"]),
            "resolved_by": name_of(connection, row["resolved_by"]) if row["resolved_by"] else None,
            "story": story,
            "skips": [each["element"] for each in row["skips"] if each["version"] == row["version"]],
        }
    return render_template(
        "pages/incident.html",
        incident=row,
        case=case,
        patient=who,
        version=about,
        ways=ways_past(definition, row),
        is_timer=is_timer(definition, row),
        repeats=repeats(definition, row),
        why_not=why_not(definition, row),
        newest=newest.get(row["definition"]) if newest.get(row["definition"]) != row["version"] else None,
        may_settle=visitor().role in DIRECTORS and row["status"] == "open",
        resolution=RESOLUTIONS.get(row["resolution"] or ""),
        errors=errors,
        sent=sent,
        **shown,
    )


def _story(connection: Connection, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the record says of the incident, in order."""
    found = [each for each in entries(connection, row["case_id"]) if f'"incident":"{row["id"]}"' in each["detail"]]
    return [{**each, "by": name_of(connection, each["actor"])} for each in found]


def _settle(incident_id: str, command: RetryIncident | SkipIncident) -> ResponseReturnValue:
    try:
        outcome = settle(engine(), command, actor=visitor().actor)
    except InvalidInput as error:
        sent = {name: request.form[name] for name in request.form if name != "csrf_token"}
        return _page(incident_id, _sentences(error), sent), 422
    except Refused as error:
        return _page(incident_id, {"refused": _sentence(error.message)}, {}), 409
    flash("The pathway goes on." if outcome.matched else "It failed again; the incident stays open.")
    for words in _not_taken(incident_id):
        flash(words)
    return goes_to(url_for("pages.incident", incident_id=incident_id))


def _not_taken(incident_id: str) -> list[str]:
    """The answers that had been kept and could not be taken any more: the director tells who gave them."""
    with engine().db.reading() as connection:
        story = _story(connection, dict(store.incident(connection, incident_id)))
    return [f"{each['summary']}." for each in story if each["kind"] == "incident.resolved" and each["task_id"]]


def _sentences(error: InvalidInput) -> dict[str, str]:
    return {name: _sentence(words) for name, words in error.errors.items()}


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def _case_of(incident_id: str) -> str:
    with engine().db.reading() as connection:
        return str(store.incident(connection, incident_id)["case_id"])


def _instant(text: str) -> datetime | None:
    """Nine in the morning of the day that was chosen for a timer."""
    chosen = day_of(text)
    return None if chosen is None else datetime(chosen.year, chosen.month, chosen.day, 9, tzinfo=engine().zone)


def _file_of(sources: dict[str, str], element: str | None, main: str) -> str:
    found = (path for path, text in sources.items() if path.endswith(".bpmn") and f'id="{element}"' in text)
    return main if element is None or f'id="{element}"' in sources[main] else next(found, main)
