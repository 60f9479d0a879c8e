"""What the editor in the browser asks of a draft: its files, what lint finds, who else is there, what may be chosen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from flask import current_app, request
from flask.typing import ResponseReturnValue

from care.errors import CareError
from engine.errors import InvalidInput, SavedMeanwhile, ThroughlineError
from engine.lint import Finding
from engine.studio.choices import choices_of
from engine.studio.drafts import Window, draft, opened_file, save
from engine.studio.findings import Findings, findings_of
from engine.studio.presence import Editor, be_seen, leave, others
from engine.studio.workspace import sources_of
from webui.access import DIRECTORS, STUDIO_READERS, allowed, visitor
from webui.extension import engine
from webui.json_answers import answers_json, json_failure, member, sent_object
from webui.pages.blueprint import pages
from webui.sizes import takes_up_to
from webui.words import clock_time

LARGEST_SAVE = 6_000_000  # bytes: two million characters as JSON, most of them plain
_WINDOW = re.compile(r"[A-Za-z0-9-]{1,64}")
_ORIGIN = re.compile(r"(?:[0-9a-f]{64})?")  # nothing where nothing was published
# What a text that nobody thought of can make lint stumble over. A database that is away is not among them.
_FAULTS_OF_LINT = (
    ArithmeticError,
    AttributeError,
    CareError,
    LookupError,
    RecursionError,
    ThroughlineError,
    TypeError,
    ValueError,
)
_UNCHECKED = "this draft cannot be checked, by a fault of ours that was logged; what you saved is kept"
_INSTEAD = "take back your last change if that goes on, and tell whoever runs this server"


@pages.get("/studio/drafts/<int:draft_id>/file")
@allowed(STUDIO_READERS)
@answers_json
def studio_file(draft_id: int) -> ResponseReturnValue:
    """A file of a draft: its text, and the revision and origin that the next save names."""
    with engine().db.reading() as connection:
        file = opened_file(connection, draft_id, request.args.get("path", ""), engine().settings.pathways_dir)
    return asdict(file)


@pages.post("/studio/drafts/<int:draft_id>/file")
@allowed(DIRECTORS)
@answers_json
@takes_up_to(LARGEST_SAVE)
def save_studio_file(draft_id: int) -> ResponseReturnValue:
    """Saves a file; 409 with the other's text when somebody saved it since it was opened."""
    sent = sent_object()
    path, text, revision = member(sent, "path", str), member(sent, "text", str), member(sent, "revision", int)
    window, origin = _window(sent), _origin(sent)
    now, by = engine().clock.now(), visitor().email
    try:
        with engine().db.writing() as connection:
            saved = save(connection, draft_id, path, text, revision, by=by, now=now, window=window, origin=origin)
            be_seen(connection, draft_id, by, path, now)
    except SavedMeanwhile as error:
        return _saved_meanwhile(error)
    with engine().db.reading() as connection:
        there = others(connection, draft_id, by, now)
    return {
        "revision": saved.revision,
        "saved_at": saved.saved_at.isoformat(),
        **_found(draft_id),
        "others": list(_editors(there)),
    }


def _window(sent: Mapping[str, Any]) -> Window | None:
    """The window that saves, when it says so."""
    if "window" not in sent:
        return None
    name, edition = member(sent, "window", str), member(sent, "edition", int)
    if not _WINDOW.fullmatch(name) or not 0 <= edition < 2**31:
        raise InvalidInput({"window": "send 'window' as up to 64 letters and digits, and 'edition' as a count"})
    return Window(name, edition)


def _origin(sent: Mapping[str, Any]) -> str | None:
    """Which published text the file was opened from, when the sender says so."""
    if "origin" not in sent:
        return None
    origin = str(member(sent, "origin", str))
    if not _ORIGIN.fullmatch(origin):
        raise InvalidInput({"origin": "send 'origin' as it was given when the file was opened"})
    return origin


def _saved_meanwhile(error: SavedMeanwhile) -> ResponseReturnValue:
    title = "You have saved this file in another window" if error.is_own else "Somebody else has saved this file"
    who = "You saved it in another window" if error.is_own else f"{error.by} saved it"
    detail = f"{who} at {clock_time(error.at)}. Take that text, or keep yours over it."
    kept = {"by": error.by, "at": error.at.isoformat(), "text": error.text}
    return json_failure(
        409, title, detail, **kept, revision=error.revision, origin=error.origin, own=error.is_own
    )


@pages.get("/studio/drafts/<int:draft_id>/findings")
@allowed(STUDIO_READERS)
@answers_json
def studio_findings(draft_id: int) -> ResponseReturnValue:
    """What lint finds in the files that the draft changes, and what they break elsewhere."""
    return _found(draft_id)


@pages.post("/studio/drafts/<int:draft_id>/presence")
@allowed(DIRECTORS)
@answers_json
def studio_presence(draft_id: int) -> ResponseReturnValue:
    """Notes which file the visitor has open, and says who else is there; an empty path says that it was closed."""
    path = member(sent_object(), "path", str)
    now, by = engine().clock.now(), visitor().email
    with engine().db.writing() as connection:
        if path:
            be_seen(connection, draft_id, by, path, now)
        else:
            leave(connection, draft_id, by)
        return {"others": list(_editors(others(connection, draft_id, by, now)))}


@pages.get("/studio/drafts/<int:draft_id>/choices")
@allowed(STUDIO_READERS)
@answers_json
def studio_choices(draft_id: int) -> ResponseReturnValue:
    """What the properties panel offers: the names that the draft's folder of pathways knows."""
    with engine().db.reading() as connection:
        draft(connection, draft_id)
        return choices_of(sources_of(connection, draft_id, engine().settings.pathways_dir))


def _found(draft_id: int) -> dict[str, Any]:
    """What lint finds. A fault of lint's own is a finding: what was saved is saved, and can be mended."""
    with engine().db.reading() as connection:
        main = draft(connection, draft_id).main
        try:
            return _findings(findings_of(connection, draft_id, engine().settings.pathways_dir))
        except _FAULTS_OF_LINT:
            current_app.logger.exception("draft %s cannot be linted", draft_id)
    return _findings(Findings((Finding(main, None, "unchecked", "error", _UNCHECKED, _INSTEAD),)))


def _findings(found: Findings) -> dict[str, Any]:
    lines = [
        {
            "file": each.file,
            "element": each.element,
            "rule": each.rule,
            "severity": each.severity,
            "message": each.message,
            "hint": each.hint,
            "line": each.line,
        }
        for each in found.found
    ]
    return {"findings": lines, "errors": found.errors, "warnings": found.warnings}


def _editors(there: Iterable[Editor]) -> Iterable[dict[str, str]]:
    for editor in there:
        yield {"name": editor.name, "path": editor.path, "since": editor.since.isoformat()}
