"""`throughline outbox`: what has left the house or waits to, and delivering what waits."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy import RowMapping

from cli.answers import Answer, AnsweringCommand, table
from cli.installation import current_database
from engine.outgoing.delivery import DEFAULT_LIMIT, Deliveries, deliver_outgoing
from engine.store.cases import case
from engine.store.outbox import listed, outgoing_of_case


@click.group()
def outbox() -> None:
    """Show what has left the house or waits to, and deliver what waits."""


@outbox.command("list", cls=AnsweringCommand)
@click.option("--failed", "status", flag_value="failed", help="Only what was given up.")
@click.option("--waiting", "status", flag_value="waiting", help="Only what waits.")
@click.option("--case", "case_id", help="Only this case.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
def list_outbox(status: str | None, case_id: str | None, limit: int) -> Answer:
    """List outgoing work, the newest first, with its attempts, its error or its evidence."""
    with current_database() as installation, installation.db.reading() as connection:
        if case_id is None:
            rows = list(listed(connection, status, limit))
        else:
            case(connection, case_id)  # says which case there is none of
            found = reversed(outgoing_of_case(connection, case_id))
            rows = [row for row in found if status in (None, row["status"])][:limit]
    zone = installation.settings.zone
    shown = [
        (row["id"], row["created_at"].astimezone(zone), row["case_id"], row["operation"], row["status"],
         row["attempts"], row["next_attempt_at"] and row["next_attempt_at"].astimezone(zone), _said(row))
        for row in rows
    ]  # fmt: skip
    headings = ("id", "written", "case", "operation", "status", "tries", "next try", "evidence or error")
    return Answer({"items": [_item(row) for row in rows]}, table(headings, shown))


@outbox.command("deliver", cls=AnsweringCommand)
@click.option("--limit", default=DEFAULT_LIMIT, show_default=True, type=click.IntRange(1, 100_000))
def deliver_outbox(limit: int) -> Answer:
    """Deliver what waits and is due, each piece once; `throughline worker` and `tick` do the same."""
    with current_database() as installation:
        engine = installation.engine()
        sent = deliver_outgoing(engine, installation.channels(), engine.clock.now(), limit)
    return Answer(deliveries_of(sent), deliveries_in_words(sent))


def deliveries_of(sent: Deliveries) -> dict[str, Any]:
    """What a round did, as JSON: a count, and the ids of what did not arrive."""
    return {
        "delivered": len(sent.delivered),
        "retried": list(sent.retried),
        "given_up": list(sent.failed),
        "not_noted": list(sent.stuck),
    }


def deliveries_in_words(sent: Deliveries) -> str:
    parts = [f"{len(sent.delivered)} delivered"]
    parts += [f"{len(sent.retried)} to be tried again"] if sent.retried else []
    parts += [f"{len(sent.failed)} given up (see 'throughline outbox list --failed')"] if sent.failed else []
    parts += [f"{len(sent.stuck)} not noted in their cases (see the log)"] if sent.stuck else []
    return ", ".join(parts)


def _item(row: RowMapping) -> dict[str, Any]:
    """A row without the content of an update: that is the patient's, and has pages of its own."""
    payload = {name: value for name, value in row["payload"].items() if name != "document"}
    return {**row, "payload": payload}


def _said(row: RowMapping) -> str | None:
    if row["status"] == "done":
        result = row["result"] or {}
        return str(result.get("receipt") or result.get("case_id") or "")
    return row["error"]
