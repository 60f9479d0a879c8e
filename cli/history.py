"""`throughline history`: show a case's record, and verify that records are whole."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from cli.answers import FAULT, Answer, AnsweringCommand, counted, table
from cli.installation import current_database
from cli.progress import progress
from engine.store.cases import case
from engine.store.history import entries, heads
from engine.verify import Fault, verify_case


@click.group()
def history() -> None:
    """Read the record, and check that nothing in it was changed."""


@history.command("show", cls=AnsweringCommand)
@click.argument("case_id")
def show_history(case_id: str) -> Answer:
    """Show all entries of a case, the oldest first."""
    with current_database() as installation, installation.db.reading() as connection:
        case(connection, case_id)  # says which case there is none of
        rows = entries(connection, case_id)
    items = [{**row, "detail": json.loads(row["detail"])} for row in rows]
    zone = installation.settings.zone
    shown = [(r["seq"], r["at"].astimezone(zone), r["kind"], r["element_id"], r["actor"], r["summary"]) for r in rows]
    return Answer({"items": items}, table(("seq", "at", "kind", "element", "actor", "summary"), shown))


@history.command("verify", cls=AnsweringCommand)
@click.option("--case", "case_id", help="Only this case; all cases when absent.")
def verify_history(case_id: str | None) -> Answer:
    """Say whether records are whole; names each entry changed, removed, reordered or cut off, and exits 1."""
    faults: list[Fault] = []
    with current_database() as installation, installation.db.reading() as connection:
        chosen = [case_id] if case_id is not None else [head["id"] for head in heads(connection)]
        for each in progress(chosen, total=len(chosen), label="cases"):
            faults += verify_case(connection, each)
    data = {"cases": len(chosen), "ok": not faults, "faults": [asdict(fault) for fault in faults]}
    if not faults:
        return Answer(data, f"{counted(len(chosen), 'record')} whole")
    return Answer(data, "\n".join(f"{fault.case_id}: {fault.problem}" for fault in faults), FAULT)
