"""Publishing a draft: what it would change and for whom, what stands against it, and the versions that it became."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from care.calendars import local_date
from engine.errors import InvalidInput, Refused
from engine.scenarios import Report
from engine.store.cases import patients_by_version
from engine.store.people import name_of
from engine.store.versions import version
from engine.studio.drafts import Draft, draft
from engine.studio.plan import plan_of
from engine.studio.publishing import MOST_AHEAD, Order, performances_of, publish_draft
from engine.studio.rehearsal import SECONDS_EACH, ScenariosFailed
from engine.studio.shelves import VersionLine, version_lines
from webui.access import DIRECTORS, STUDIO_READERS, allowed, visitor
from webui.extension import engine
from webui.pages.blueprint import goes_to, pages


@dataclass(frozen=True, slots=True)
class Became:
    """A version that the draft became, and those before it on which patients still run."""

    title: str
    process_id: str
    line: VersionLine
    before: tuple[VersionLine, ...]


@pages.get("/studio/drafts/<int:draft_id>/publish")
@allowed(STUDIO_READERS)
def studio_publish(draft_id: int) -> ResponseReturnValue:
    """The plan of an open draft; of a published one what it became."""
    with engine().db.reading() as connection:
        found = draft(connection, draft_id)
        if found.status == "published":
            return render_template(
                "pages/studio_published.html",
                draft=found,
                by=name_of(connection, found.saved_by),
                became=_became(connection, found),
                may_change=visitor().role in DIRECTORS,
            )
    return _page(draft_id, {}, ())


@pages.post("/studio/drafts/<int:draft_id>/publish")
@allowed(DIRECTORS)
def studio_publish_now(draft_id: int) -> ResponseReturnValue:
    """Plays the scenarios and publishes; else the plan again, with what stands against it."""
    installation = engine()
    try:
        hashes = publish_draft(
            installation.db,
            draft_id,
            _order(),
            shipped=installation.settings.pathways_dir,
            now=installation.clock.now(),
            zone=installation.zone,
        )
    except InvalidInput as error:
        return _page(draft_id, error.errors, (), status=422)
    except ScenariosFailed as error:
        return _page(draft_id, {"scenarios": _sentence(error.message)}, error.rehearsal.failed, status=409)
    except Refused as error:
        return _refused(draft_id, _sentence(error.message))
    flash("Published." if len(hashes) < 2 else f"Published: {len(hashes)} pathways have a new version.")
    return goes_to(url_for("pages.studio_publish", draft_id=draft_id))


def _order() -> Order:
    """What was asked for; raises InvalidInput for a day that is none."""
    form = request.form
    day = form.get("effective_on", "").strip()
    try:
        effective_on = date.fromisoformat(day) if day and form.get("when") == "later" else None
    except ValueError as error:
        raise InvalidInput({"effective_on": f"“{day[:40]}” is not a date; write it as 2026-03-01."}) from error
    if form.get("when") == "later" and not day:
        raise InvalidInput({"effective_on": "Choose the day, or let new cases take it at once."})
    return Order(
        note=form.get("note", ""),
        by=visitor().email,
        pathways=frozenset(form.getlist("pathways")),
        effective_on=effective_on,
        takes_back=frozenset(form.getlist("takes_back")),
        instead_of=frozenset(form.getlist("instead_of")),
        leaves_out=frozenset(form.getlist("leaves_out")),
        scenarios_reason=form.get("scenarios_reason", ""),
    )


def _page(
    draft_id: int, errors: Mapping[str, str], failed: tuple[Report, ...], *, status: int = 200
) -> ResponseReturnValue:
    shipped = engine().settings.pathways_dir
    with engine().db.reading() as connection:
        plan = plan_of(connection, draft_id, shipped)
        patients = patients_by_version(connection)
    scenarios = sum(len(each.scenarios) for each in performances_of(plan, plan.concerned))
    now = engine().clock.now()
    planned = {each.process_id for each in plan.concerned if each.replaces_from and each.replaces_from > now}
    chosen = request.form.getlist("pathways") if request.method == "POST" else None
    page = render_template(
        "pages/studio_publish.html",
        draft=plan.draft,
        plan=plan,
        patients=patients,
        scenarios=scenarios,
        seconds=max(1, round(scenarios * SECONDS_EACH)),
        planned=planned,
        latest=local_date(now, engine().zone) + MOST_AHEAD,
        errors=errors,
        failed=failed,
        form=request.form,
        chosen=chosen,
        may_publish=visitor().role in DIRECTORS,
    )
    return page, status


def _refused(draft_id: int, words: str) -> ResponseReturnValue:
    """The plan with what stands against it; where somebody else was first, what they have published."""
    with engine().db.reading() as connection:
        is_over = draft(connection, draft_id).status == "published"
    if is_over:
        flash(words)
        return goes_to(url_for("pages.studio_publish", draft_id=draft_id))
    return _page(draft_id, {"refused": words}, (), status=409)


def _became(connection: Connection, found: Draft) -> list[Became]:
    lines = version_lines(connection, engine().clock.now())
    return [_one(version(connection, digest), lines) for digest in found.published]


def _one(row: Any, lines: Mapping[str, tuple[VersionLine, ...]]) -> Became:
    own = lines[row["process_id"]]
    line = next(each for each in own if each.hash == row["hash"])
    older = tuple(each for each in own if each.number < line.number and each.patients)
    return Became(row["title"], row["process_id"], line, older)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
