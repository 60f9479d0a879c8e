"""`throughline outbox`: background work that waits, was done or was given up; doing it, retrying and dropping it."""

from __future__ import annotations

import json
from typing import Any

import click
from sqlalchemy import RowMapping

from cli.answers import FAULT, Answer, AnsweringCommand, table
from cli.installation import current_database
from engine.application import Engine
from engine.commands import OPERATOR
from engine.counted import counted
from engine.errors import InvalidInput, ThroughlineError
from engine.outgoing import OUTGOING
from engine.outgoing.dead_letters import drop, retry
from engine.outgoing.delivery import DEFAULT_LIMIT, Deliveries, deliver_outgoing
from engine.store.cases import case
from engine.store.outbox import RETRIED, attempts_of, listed, outgoing, outgoing_of_case

IDENTITY = click.IntRange(1, 2**31 - 1)
MOST_AT_ONCE = 100_000


@click.group()
def outbox() -> None:
    """Show background work, do what waits, and settle what was given up."""


@outbox.command("list", cls=AnsweringCommand)
@click.option("--failed", "status", flag_value="failed", help="Only what was given up.")
@click.option("--waiting", "status", flag_value="waiting", help="Only what waits.")
@click.option("--dropped", "status", flag_value="dropped", help="Only what somebody let be.")
@click.option("--kind", type=click.Choice(tuple(OUTGOING)), help="Only this kind.")
@click.option("--case", "case_id", help="Only this case.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--payload", "payload", is_flag=True, help="With --json: also what it carries, which tells of a patient.")
def list_outbox(status: str | None, kind: str | None, case_id: str | None, limit: int, payload: bool) -> Answer:
    """List background work, the newest first, with its attempts, its error or its evidence."""
    with current_database() as installation, installation.db.reading() as connection:
        if case_id is None:
            rows = list(listed(connection, status, limit, operation=kind))
        else:
            case(connection, case_id)  # says which case there is none of
            found = reversed(outgoing_of_case(connection, case_id, kind))
            rows = [row for row in found if status in (None, row["status"])][:limit]
    zone = installation.settings.zone
    shown = [
        (row["id"], row["created_at"].astimezone(zone), row["case_id"], row["operation"], row["status"],
         row["attempts"], row["next_attempt_at"] and row["next_attempt_at"].astimezone(zone), _said(row))
        for row in rows
    ]  # fmt: skip
    headings = ("id", "written", "case", "operation", "status", "tries", "next try", "evidence or error")
    return Answer({"items": [_item(row, payload) for row in rows]}, table(headings, shown))


@outbox.command("deliver", cls=AnsweringCommand)
@click.option("--limit", default=DEFAULT_LIMIT, show_default=True, type=click.IntRange(1, 100_000))
def deliver_outbox(limit: int) -> Answer:
    """Deliver what waits and is due, each piece once; `throughline worker` and `tick` do the same."""
    with current_database() as installation:
        engine = installation.engine()
        sent = deliver_outgoing(engine, installation.channels(), engine.clock.now(), limit)
    return Answer(deliveries_of(sent), deliveries_in_words(sent))


@outbox.command("show", cls=AnsweringCommand)
@click.argument("row_id", metavar="ID", type=IDENTITY)
@click.option("--payload", "payload", is_flag=True, help="Also what it carries, which tells of a patient.")
def show_outbox(row_id: int, payload: bool) -> Answer:
    """Show a piece of background work with every attempt, but for what it says of a patient."""
    with current_database() as installation, installation.db.reading() as connection:
        row, tried = outgoing(connection, row_id), attempts_of(connection, row_id)
    zone = installation.settings.zone
    told = (("kind", OUTGOING[row["operation"]].words if row["operation"] in OUTGOING else row["operation"]),
            ("status", row["status"]), ("case", row["case_id"]), ("asked by", row["requested_by"]),
            ("tried again by", ", ".join(each["by"] for each in row["payload"].get(RETRIED, ()))),
            ("dropped by", row["ended_by"]), ("reason", row["reason"]), ("came of it", _said(row)),
            ("carries", json.dumps(_carried(row), ensure_ascii=False) if payload else None))  # fmt: skip
    lines = [f"{name}: {value}" for name, value in told if value]
    shown = [(each["number"], each["at"].astimezone(zone), _ended(each)) for each in tried]
    text = "\n".join([*lines, table(("attempt", "at", "said"), shown)])
    return Answer({**_item(row, payload), "tried": [dict(each) for each in tried]}, text)


@outbox.command("retry", cls=AnsweringCommand)
@click.argument("row_ids", metavar="ID...", nargs=-1, type=IDENTITY)
@click.option("--kind", type=click.Choice(tuple(OUTGOING)), help="With --all: only this kind.")
@click.option("--all", "every", is_flag=True, help="All that was given up.")
def retry_outbox(row_ids: tuple[int, ...], kind: str | None, every: bool) -> Answer:
    """Let what was given up be tried again, under the same key and with all attempts before it."""
    if bool(row_ids) == every or (kind and not every):
        raise InvalidInput({"ID": "name what to retry, or say --all, with --kind for one kind"})
    with current_database() as installation:
        engine = installation.engine()
        refused: dict[int, ThroughlineError] = {}
        found = row_ids or _given_up(engine, kind)
        for row_id in found:
            try:
                retry(engine, row_id, OPERATOR)
            except ThroughlineError as error:  # somebody else was first, or its case cannot be read: the others go on
                refused[row_id] = error
    if refused and len(found) == 1:
        raise refused[found[0]]
    done = [row_id for row_id in found if row_id not in refused]
    said = [f"{counted(len(done), 'piece')} of work to be tried again"]
    said += [f"{row_id}: {error.message}" for row_id, error in refused.items()]
    told = {str(row_id): error.message for row_id, error in refused.items()}
    return Answer({"retried": done, "refused": told}, "\n".join(said), FAULT if refused else 0)


@outbox.command("drop", cls=AnsweringCommand)
@click.argument("row_id", metavar="ID", type=IDENTITY)
@click.option("--reason", required=True, help="Why nobody need try it again; it stays with the work.")
def drop_outbox(row_id: int, reason: str) -> Answer:
    """Let what was given up be: nobody tries it again."""
    with current_database() as installation:
        drop(installation.engine(), row_id, reason, OPERATOR)
    return Answer({"dropped": row_id}, f"work {row_id} is let be")


def _given_up(engine: Engine, kind: str | None) -> list[int]:
    with engine.db.reading() as connection:
        return [row["id"] for row in reversed(listed(connection, "failed", MOST_AT_ONCE, operation=kind))]


def _ended(attempt: RowMapping) -> str:
    return attempt["error"] or ("it arrived" if attempt["ended_at"] else "it goes on, or was cut off")


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


def _item(row: RowMapping, with_payload: bool) -> dict[str, Any]:
    """A row; what it carries tells of a patient, and is there for who asks for it."""
    kept = {name: value for name, value in row.items() if name != "payload"}
    kept["retried"] = row["payload"].get(RETRIED, [])
    return kept | {"payload": _carried(row)} if with_payload else kept


def _carried(row: RowMapping) -> dict[str, Any]:
    """What a row carries, without the content of an update, which has pages of its own."""
    return {name: value for name, value in row["payload"].items() if name not in ("document", RETRIED)}


def _said(row: RowMapping) -> str | None:
    result = row["result"] or {}
    if row["status"] != "done":
        return None if row["error"] is None else str(row["error"])
    if "imported" in result:
        return ", ".join(f"{result[name]} {name}" for name in ("imported", "updated", "skipped"))
    return str(result.get("receipt") or result.get("case_id") or result.get("number") or "")
