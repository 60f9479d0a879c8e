"""`throughline history`: show a case's record, verify that records are whole, and export them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from cli.answers import FAULT, Answer, AnsweringCommand, table
from cli.installation import current_database
from cli.noted import note, patients_of
from cli.progress import progress
from engine.broken_record import told_when_broken
from engine.commands import OPERATOR
from engine.counted import counted
from engine.proof.result import Verification
from engine.proof.statement import Row
from engine.proof.verification import Trust, verify_everything, verify_one
from engine.proof.whole_files import put
from engine.store.accesses import EXPORTED, VERIFIED, VIEWED
from engine.store.cases import case
from engine.store.history import entries

_FORMATS = ("json", "csv", "pdf", "xes", "zip")
_TEXTS = ("json", "csv", "xes")  # what goes to stdout where no file is named


@click.group()
def history() -> None:
    """Read the record, check that nothing in it was changed, and take it along."""


@history.command("show", cls=AnsweringCommand)
@click.argument("case_id")
def show_history(case_id: str) -> Answer:
    """Show all entries of a case, the oldest first."""
    with current_database() as installation, told_when_broken(installation.db, case_id):
        with installation.db.reading() as connection:
            patient_id = case(connection, case_id)["patient_id"]  # says which case there is none of
            rows = entries(connection, case_id)
        items = [{**row, "detail": json.loads(row["detail"])} for row in rows]
        shown = [_line(row, installation.settings.zone) for row in rows]
        note(installation, VIEWED, "show", [patient_id], case_id)
    return Answer({"items": items}, table(("seq", "at", "kind", "element", "actor", "summary"), shown))


@history.command("verify", cls=AnsweringCommand)
@click.option("--case", "case_id", help="Only this case; all cases when absent.")
def verify_history(case_id: str | None) -> Answer:
    """Say whether records are whole, by their chains and by the checkpoints; each fault is named, and exits 1."""
    with current_database() as installation:
        trust = Trust.of(installation.settings)
        with installation.db.reading() as connection:
            if case_id is None:
                found = verify_everything(connection, trust, _with_progress)
            else:
                found = verify_one(connection, case_id, trust)
                whose = patients_of(connection, case_id)
        if case_id is not None:
            detail = {"whole": found.is_whole, "sentence": found.sentence}
            note(installation, VERIFIED, "verify", whose, case_id, detail)
    return Answer(_as_data(found), _in_words(found), 0 if found.is_whole else FAULT)


@history.command("export", cls=AnsweringCommand)
@click.argument("case_id")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="zip", show_default=True, help="What to write.")
@click.option("--output", type=click.Path(path_type=Path), help="The file; stdout for json, csv and xes when absent.")
def export_history(case_id: str, form: str, output: Path | None) -> Answer | None:
    """Export a case's record: json, csv or xes to stdout, pdf and zip (all of them, with a manifest) to a file."""
    from interop.exports.archive import export  # draws PDFs: most commands need none

    with current_database() as installation:
        with told_when_broken(installation.db, case_id):
            exported = export(installation.engine(), case_id, _formats(form), OPERATOR.name)
        name, content = exported.archive if form == "zip" else exported.main_file
        detail = exported.detail if form == "zip" else exported.detail_of_main_file
        if output is None and form not in _TEXTS:
            output = Path(name)
        # Before: what left is never without its line.
        note(installation, EXPORTED, "export", [exported.patient_id], case_id, detail)
        if output is not None:
            _write(output, content)
    as_json = click.get_current_context().meta["as_json"]
    if output is None and not (as_json and form != "json"):
        click.echo(content, nl=False)
        return None
    data = {"case_id": case_id, "format": form, "file": output, **detail}
    if output is None:
        return Answer({**data, "content": content.decode()}, "")
    return Answer(data, f"wrote {output}: {exported.entries} entries")


def _line(row: Row, zone: ZoneInfo) -> tuple[object, ...]:
    at = row["at"].astimezone(zone)
    return row["seq"], at, row["kind"], row["element_id"], row["actor"], row["summary"]


def _formats(form: str) -> Sequence[str]:
    return [each for each in _FORMATS if each != "zip"] if form == "zip" else [form]


def _write(file: Path, content: bytes) -> None:
    try:
        if file.is_file() or (file.parent.is_dir() and not file.exists()):
            put(file, content)
        else:
            file.write_bytes(content)  # a pipe, a terminal, or a folder that is not there
    except OSError as error:
        problem = f"cannot write {file} ({error.strerror}); name another file"
        raise click.BadParameter(problem, param_hint="--output") from error


def _with_progress(cases: Sequence[str]) -> Iterable[str]:
    return progress(cases, total=len(cases), label="cases")


def _as_data(found: Verification) -> dict[str, object]:
    return {
        "ok": found.is_whole,
        "sentence": found.sentence,
        "looked_at": found.looked_at,
        "cases": found.cases,
        "entries": found.entries,
        "checkpoints": found.holding,
        "last_checkpoint": found.last_day,
        "since_last_checkpoint": found.unheld,
        "without_file": found.without_file,
        "faults": [asdict(fault) for fault in found.faults],
    }


def _in_words(found: Verification) -> str:
    lines = [f"{fault.where}: {fault.problem}" for fault in found.faults] or [
        f"{counted(found.cases, 'record')} whole",
        found.sentence,
    ]
    if found.lost_files:
        lines.append(f"{found.lost_files} 'throughline checkpoints write' does it now.")
    return "\n".join([*lines, found.looked_at])
