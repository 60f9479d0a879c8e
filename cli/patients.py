"""`throughline patients`: import patients from FHIR files."""

from __future__ import annotations

from pathlib import Path

import click

from cli.answers import FAULT, Answer, AnsweringCommand
from cli.installation import current_database
from cli.progress import progress
from engine.store.clocks import clock_of
from interop.fhir_import import import_files


@click.group()
def patients() -> None:
    """Bring patients in."""


@patients.command("import", cls=AnsweringCommand)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def import_patients(files: tuple[Path, ...]) -> Answer:
    """Import FHIR R4 bundles (JSON) or NDJSON: files, or folders with all that is in them.

    The same file again changes nothing. A file that cannot be read is reported with its reason and the rest
    goes in; the exit code is then 1.
    """
    with current_database() as installation:
        report = import_files(list(files), db=installation.db, clock=clock_of(installation.db), progress=progress)
    failed = [{"file": str(fault.file), "reason": fault.reason} for fault in report.failed]
    data = {
        "imported": report.imported,
        "updated": report.updated,
        "skipped": report.skipped,
        "failed": failed,
        "notes": [{"file": str(note.file), "reason": note.reason} for note in report.notes],
        "patients": [{"id": identity, "source": source} for source, identity in report.patients.items()],
    }
    counts = (report.imported, report.updated, report.skipped, len(failed))
    lines = ["{} imported, {} updated, {} skipped, {} failed".format(*counts)]
    lines += [f"{fault['file']}: {fault['reason']}" for fault in failed]
    lines += [f"{note.file}: {note.reason}" for note in report.notes]
    lines += [f"{identity}  {source}" for source, identity in report.patients.items()]
    return Answer(data, "\n".join(lines), FAULT if failed else 0)
