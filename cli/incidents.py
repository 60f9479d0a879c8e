"""`throughline incidents`: what stands still because its diagram failed, and letting it go on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from cli.answers import FAULT, Answer, AnsweringCommand, table
from cli.installation import current_database
from cli.instants import INSTANT
from engine.commands import OPERATOR, RetryIncident, SkipIncident
from engine.incidents.bulk import retry_all, settle
from engine.incidents.kept import Kept, not_taken_in, waiting_in
from engine.incidents.skipping import ways_past
from engine.store.incidents import Group, as_it_stands, incident, listed

_SHOWN = ("id", "case_id", "process_id", "definition", "version", "element_id", "element_name", "code", "message")
_TIMES = ("opened_at", "opened_by", "failures", "last_failed_at", "resolved_at", "resolved_by", "resolution", "reason")


@click.group()
def incidents() -> None:
    """Show processes that stand still because their diagram failed, and let them go on."""


@incidents.command("list", cls=AnsweringCommand)
@click.option("--resolved", "status", flag_value="resolved", help="Those that were settled, instead of the open ones.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
def list_incidents(status: str | None, limit: int) -> Answer:
    """List incidents, by process; open ones unless asked otherwise."""
    with current_database() as installation, installation.db.reading() as connection:
        rows = listed(connection, None, status=status or "open", limit=limit)
    zone = installation.settings.zone
    shown = [
        (row["id"], row["title"], row["number"], row["element_id"], row["opened_at"].astimezone(zone), row["failures"],
         row["message"])
        for row in rows
    ]  # fmt: skip
    headings = ("id", "pathway", "version", "element", "since", "failed", "why")
    return Answer({"items": [_told(dict(row)) for row in rows]}, table(headings, shown))


@incidents.command("show", cls=AnsweringCommand)
@click.argument("incident_id", metavar="INCIDENT")
def show_incident(incident_id: str) -> Answer:
    """Show one incident: what failed, what waits or was not carried out, and where it may go on when it is skipped."""
    with current_database() as installation, installation.db.reading() as connection:
        row = as_it_stands(connection, incident_id)
        definition = installation.engine().library.definition(connection, row["version"])
        ways = [way.element for way in ways_past(definition, row)]
    told = {
        **_told(row),
        "waiting": [_waiting(each) for each in waiting_in(row["kept"])],
        "not_taken": [_waiting(each) | {"why": each["not_taken"]["why"]} for each in not_taken_in(row["kept"])],
        "ways": ways,
    }
    lines = [f"{name}: {_plain(value)}" for name, value in told.items() if value not in (None, [])]
    return Answer(told, "\n".join(lines))


@incidents.command("retry", cls=AnsweringCommand)
@click.argument("incident_id", metavar="INCIDENT")
@click.option("--reason", help="Why it is tried again, for the record.")
@click.option("--alike", is_flag=True, help="All open ones of the same element of the same version, one by one.")
def retry_incident(incident_id: str, reason: str | None, alike: bool) -> Answer:
    """Let a process go on as its diagram is now; exit 1 when it failed again."""
    with current_database() as installation:
        engine = installation.engine()
        with installation.db.reading() as connection:
            row = incident(connection, incident_id)
        if alike:
            group = Group(row["definition"], row["version"], row["element_id"])
            done = retry_all(engine, group, actor=OPERATOR, organisation=None, reason=reason)
            text = f"{len(done.settled)} went on, {len(done.failed)} failed again, {len(done.passed)} passed over"
            data = {"settled": list(done.settled), "failed": list(done.failed), "passed": list(done.passed)}
            return Answer(data, text, FAULT if done.failed else 0)
        outcome = settle(engine, RetryIncident(row["case_id"], incident_id, reason), actor=OPERATOR)
    return _answer(incident_id, outcome.matched)


@incidents.command("skip", cls=AnsweringCommand)
@click.argument("incident_id", metavar="INCIDENT")
@click.option("--reason", required=True, help="Why the element may be left out for this patient.")
@click.option("--to", "to", help="The element that the flow to take leads to, where a gateway failed.")
@click.option("--at", "at", type=INSTANT, help="When a timer that failed fires; at once when absent.")
def skip_incident(incident_id: str, reason: str, to: str | None, at: datetime | None) -> Answer:
    """Let a process go past the element that failed, without its effect; exit 1 when it failed again."""
    with current_database() as installation:
        engine = installation.engine()
        with installation.db.reading() as connection:
            row = incident(connection, incident_id)
        seen = row["element_id"], row["failures"]
        outcome = settle(engine, SkipIncident(row["case_id"], incident_id, *seen, reason, to, at), actor=OPERATOR)
    return _answer(incident_id, outcome.matched)


def _answer(incident_id: str, settled: bool) -> Answer:
    words = "went on" if settled else "failed again: see 'throughline incidents show'"
    return Answer({"id": incident_id, "settled": settled}, f"{incident_id} {words}", 0 if settled else FAULT)


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in (*_SHOWN, "status", *_TIMES)}


def _waiting(kept: Kept) -> dict[str, Any]:
    """What is kept, without what was entered."""
    event = kept.get("event") or {}
    told = {"kind": kept["kind"], "at": kept["at"], "type": event.get("type")}
    told |= {name: kept.get(name) for name in ("task", "actor")}
    return {name: value for name, value in told.items() if value is not None}


def _plain(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(_plain(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return str(value)
