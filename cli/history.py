"""`throughline history`: show a case's record, verify that records are whole, and export them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from cli.answers import FAULT, Answer, AnsweringCommand, counted, table
from cli.installation import Installation, current_database
from cli.progress import progress
from engine.commands import OPERATOR
from engine.proof.verification import Trust, Verification, verify_everything, verify_one
from engine.store.accesses import EXPORTED, add_access
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
    """Say whether records are whole, by their chains and by the checkpoints; each fault is named, and exits 1."""
    with current_database() as installation:
        trust = Trust.of(installation.settings)
        with installation.db.reading() as connection:
            if case_id is None:
                found = verify_everything(connection, trust, _with_progress)
            else:
                found = verify_one(connection, case_id, trust)
    return Answer(_as_data(found), _in_words(found), 0 if found.is_whole else FAULT)


@history.command("export", cls=AnsweringCommand)
@click.argument("case_id")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="zip", show_default=True, help="What to write.")
@click.option("--output", type=click.Path(path_type=Path), help="The file; stdout for json, csv and xes when absent.")
def export_history(case_id: str, form: str, output: Path | None) -> Answer | None:
    """Export a case's record: json, csv or xes to stdout, pdf and zip (all of them, with a manifest) to a file."""
    from interop.exports.archive import export  # draws PDFs: most commands need none

    with current_database() as installation:
        exported = export(installation.engine(), case_id, _formats(form), OPERATOR.name)
        name, content = exported.archive if form == "zip" else exported.main_file
        detail = exported.detail if form == "zip" else exported.detail_of_main_file
        if output is None and form not in _TEXTS:
            output = Path(name)
        _note(installation, exported.patient_id, case_id, detail)  # before: what left is never without its line
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


def _formats(form: str) -> Sequence[str]:
    return [each for each in _FORMATS if each != "zip"] if form == "zip" else [form]


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        problem = f"cannot write {file} ({error.strerror}); name another file"
        raise click.BadParameter(problem, param_hint="--output") from error


def _note(installation: Installation, patient_id: str, case_id: str, detail: dict[str, object]) -> None:
    """Who took a record along from the command line stands in the access record, too."""
    with installation.db.writing() as connection:
        add_access(
            connection,
            at=installation.engine().clock.now(),
            email=OPERATOR.id,
            role="system",
            act=EXPORTED,
            page="throughline history export",
            address=f"/cases/{case_id}/export",
            patients=[patient_id],
            case_id=case_id,
            detail=detail,
        )


def _with_progress(cases: Sequence[str]) -> Iterable[str]:
    return progress(cases, total=len(cases), label="cases")


def _as_data(found: Verification) -> dict[str, object]:
    return {
        "ok": found.is_whole,
        "sentence": found.sentence,
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
    if found.without_file:
        lines.append(f"{counted(found.without_file, 'checkpoint')} without a file; 'checkpoints write' adds it")
    return "\n".join(lines)
