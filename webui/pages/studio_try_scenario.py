"""Try it, kept: a walk becomes a scenario of the draft, with what must be there at its end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from care.errors import CareError
from engine.errors import InvalidInput
from engine.scenarios.document import document_of
from engine.scenarios.failure import Failure
from engine.studio.drafts import save
from engine.tryout import Tryout, scenario_text
from engine.tryout.saving import proven
from engine.tryout.writing import line_text
from webui.access import DIRECTORS, allowed, visitor
from webui.extension import engine
from webui.pages.blueprint import goes_to, pages
from webui.try_forms import text
from webui.try_page import Sent
from webui.tryouts import Standing, standing, theatre


@pages.get("/studio/drafts/<int:draft_id>/try/scenario")
@allowed(DIRECTORS)
def studio_try_scenario(draft_id: int) -> ResponseReturnValue:
    """What the scenario would be called and look for: each line is there now, and may be changed or left out."""
    here = standing(draft_id)
    if here.played is None or not here.played.steps or here.played.left:
        return goes_to(url_for("pages.studio_try", draft_id=draft_id))
    lines = [line_text(line) for line in here.played.endings]
    keep = [str(number) for number, line in enumerate(here.played.endings) if not _is_sentence(line)]
    sent = Sent("scenario", {"line": lines, "keep": keep})
    return _page(here, sent, ())


@pages.post("/studio/drafts/<int:draft_id>/try/scenario")
@allowed(DIRECTORS)
def studio_try_keep(draft_id: int) -> ResponseReturnValue:
    """Writes the scenario, plays it once, and keeps it in the draft when it holds."""
    here = standing(draft_id)
    if here.tryout is None or here.played is None or here.played.left:
        return goes_to(url_for("pages.studio_try", draft_id=draft_id))
    sent = Sent("scenario", {name: request.form.getlist(name) for name in ("title", "shows", "line", "keep", "more")})
    path = f"scenarios/{_slug(here.tryout, text('title'))}.yaml"
    try:
        written = scenario_text(here.tryout, title=_title(here, path), shows=_shows(), then=_then(sent))
        with theatre().stage(here.sources) as place:
            saved = proven(place, written, path.rpartition("/")[2])
        if saved.failures:
            return _page(here, sent, saved.failures, status=422)
        with engine().db.writing() as connection:
            save(connection, draft_id, path, written, 0, by=visitor().email, now=engine().clock.now())
    except InvalidInput as error:
        return _page(here, Sent("scenario", sent.values, error.errors), (), status=422)
    flash(f"The scenario “{text('title')}” is kept in the draft as {path}. It is run whenever the draft is published.")
    return goes_to(url_for("pages.studio_try", draft_id=draft_id))


def _page(here: Standing, sent: Sent, failures: Sequence[Failure], *, status: int = 200) -> ResponseReturnValue:
    lines = sent.values.get("line", [])
    assert here.tryout is not None
    page = render_template(
        "pages/studio_try_scenario.html",
        draft=here.draft,
        sent=sent,
        lines=[(number, line, str(number) in sent.values.get("keep", [])) for number, line in enumerate(lines)],
        failures=failures,
        walk=scenario_text(here.tryout, title="…", shows="…", then=()),
        steps=here.steps,
    )
    return page, status


def _is_sentence(line: Mapping[str, Any]) -> bool:
    """Whether a line looks for a fact's whole sentence: its next wording would break the scenario."""
    facts = line.get("facts", {})
    return any(isinstance(value, str) and " " in value for value in facts.values())


def _title(here: Standing, path: str) -> str:
    if not text("title"):
        raise InvalidInput({"title": "Give the story a title."})
    if path in here.sources:
        raise InvalidInput({"title": f"There is a scenario {path} already; choose another title."})
    return text("title")


def _shows() -> str:
    if not text("shows"):
        raise InvalidInput({"shows": "Say in a sentence what the story shows."})
    return " ".join(text("shows").split())


def _slug(tryout: Tryout, title: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:70].strip("-")
    return f"{tryout.start.track}-{words or 'walk'}"


def _then(sent: Sent) -> list[Any]:
    """The lines that were left in, and those that were written besides; raises InvalidInput."""
    lines = sent.values.get("line", [])
    kept = [line for number, line in enumerate(lines) if str(number) in sent.values.get("keep", []) and line.strip()]
    more = sent.first("more").replace("\r\n", "\n").strip("\n")
    found = [each for line in kept for each in _read("line", f"then:\n  - {line}")]
    return found + (_read("more", f"then:\n{more}") if more.strip() else [])


def _read(name: str, written: str) -> list[Any]:
    try:
        found = document_of(written, "a line").values["then"]
    except CareError as error:
        raise InvalidInput({name: f"One line cannot be read: {error.message.removeprefix('a line: ')}."}) from error
    if not isinstance(found, list):
        raise InvalidInput({name: "Begin each line with a dash, such as “- no task: intervene”."})
    return found
