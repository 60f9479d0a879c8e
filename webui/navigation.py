"""What every page shows around its own: the rail, the sandbox's clock, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, request

from webui.access import EVERYONE, OVERSEERS, STUDIO_READERS, current_visitor
from webui.draft_tabs import draft_tabs
from webui.extension import engine
from webui.sessions import in_sandbox


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the rail: the current one at the endpoints ``within``, and at those that begin with ``family``."""

    name: str
    endpoint: str
    icon: str
    key: str
    within: tuple[str, ...] = ()
    counted: bool = False
    roles: frozenset[str] = EVERYONE
    family: str | None = None

    @property
    def is_current(self) -> bool:
        name = (request.endpoint or "").removeprefix("pages.")
        return name in (self.endpoint, *self.within) or (self.family is not None and name.startswith(self.family))


_MOVING = ("migrate", "begin_migration", "migration_batch", "run_migration", "undo_migration", "replay", "replay_some")
_PROOF = ("verify_case", "export_case", "download_export", "verify_all", "verify_all_now")
PLACES = (
    Place("My day", "day", "day", "d", ("task", "complete", "attempt", "snooze", "assign"), counted=True),
    Place("Team", "team", "team", "t", counted=True),
    Place("Patients", "patients", "patients", "p", ("patient", "report", "send_report")),
    Place("Programme", "programme", "programme", "o"),
    Place(
        "Pathways",
        "pathways",
        "pathways",
        "w",
        ("pathway", "compare", "bring_file", "begin_blank", *_MOVING),
        family="studio_",
    ),
    Place(
        "Incidents",
        "incidents",
        "warning",
        "i",
        ("incident", "retry_incident", "skip_incident"),
        counted=True,
        roles=STUDIO_READERS,
    ),
    Place(
        "Background work",
        "background",
        "record",
        "b",
        ("background_work", "retry_work", "drop_work", "imports", "bring_patients"),
        roles=OVERSEERS,
    ),
    Place("Record", "record", "record", "r", ("case_record", "record_entry", "access_record", "one_access", *_PROOF)),
)


def register_navigation(app: Flask) -> None:
    app.jinja_env.globals["draft_tabs"] = draft_tabs
    app.context_processor(_around)


def _around() -> dict[str, Any]:
    visitor = current_visitor()
    if visitor is None:
        return {"visitor": None}
    places = [place for place in PLACES if visitor.role in place.roles]
    return {"visitor": visitor, "places": places, "sandbox": in_sandbox(), "today": engine().today()}
