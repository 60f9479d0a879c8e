"""What every page shows around its own: the rail, the sandbox's clock, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, request

from engine.store.clocks import is_sandbox
from webui.access import current_visitor
from webui.draft_tabs import draft_tabs
from webui.extension import engine


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the rail. ``within`` are the endpoints at which it is the current one."""

    name: str
    endpoint: str
    icon: str
    key: str
    within: tuple[str, ...] = ()
    counted: bool = False

    @property
    def is_current(self) -> bool:
        return request.endpoint in {f"pages.{name}" for name in (self.endpoint, *self.within)}


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
        ("pathway", "compare", "studio_new", "studio_draft", "studio_compare", "studio_publish", "studio_publish_now"),
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
    sandbox = is_sandbox(engine().db)
    return {"visitor": visitor, "places": PLACES, "sandbox": sandbox, "today": engine().today()}
