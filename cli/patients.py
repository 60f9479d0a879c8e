"""`throughline patients`: import patients from FHIR files."""

from __future__ import annotations

from pathlib import Path

import click

from cli.answers import FAULT, Answer, AnsweringCommand
from cli.installation import current_database
from cli.progress import progress
from engine.commands import OPERATOR
from engine.counted import counted
from engine.outgoing.import_fhir import ask_for_import
from engine.store.organisations import MAIN, known_organisation
from interop.fhir_feed import FeedReport, feed
from interop.fhir_files import files_in
from interop.fhir_import import ImportReport, import_files


@click.group()
def patients() -> None:
    """Bring patients in."""


@patients.command("import", cls=AnsweringCommand)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--organisation", default=MAIN, show_default=True, help="Who cares for the patients that are new.")
@click.option("--background", is_flag=True, help="Hand the files to a worker, and do not wait.")
def import_patients(files: tuple[Path, ...], organisation: str, background: bool) -> Answer:
    """Import FHIR R4 bundles (JSON) or NDJSON: files, or folders with all that is in them.

    The same file again changes nothing. A file that cannot be read is reported with its reason and the rest
    goes in; the exit code is then 1. Measures among the observations reach the patient's open case.
    """
    with current_database() as installation:
        engine = installation.engine()
        with installation.db.reading() as connection:
            known_organisation(connection, organisation)
        if background:
            return _handed_over(ask_for_import(engine, _contents(files), organisation, OPERATOR))
        report = import_files(
            list(files), db=installation.db, clock=engine.clock, progress=progress, organisation=organisation
        )
        fed = feed(engine, sorted(set(report.patients.values())))
    return Answer(_data(report, fed), _text(report, fed), FAULT if report.failed else 0)


def _contents(files: tuple[Path, ...]) -> list[tuple[str, bytes]]:
    return [(file.name, file.read_bytes()) for file in files_in(files) if file.is_file()]


def _handed_over(row_id: int) -> Answer:
    return Answer({"outgoing": row_id}, f"a worker imports them; see 'throughline outbox show {row_id}'")


def _data(report: ImportReport, fed: FeedReport) -> dict[str, object]:
    return {
        "imported": report.imported,
        "updated": report.updated,
        "skipped": report.skipped,
        "failed": [{"file": str(fault.file), "reason": fault.reason} for fault in report.failed],
        "notes": [{"file": str(note.file), "reason": note.reason} for note in report.notes],
        "patients": [{"id": identity, "source": source} for source, identity in report.patients.items()],
        "delivered": fed.delivered,
        "refused": [{"patient_id": r.patient_id, "source": r.source, "reason": r.reason} for r in fed.refused],
    }


def _text(report: ImportReport, fed: FeedReport) -> str:
    counts = (report.imported, report.updated, report.skipped, len(report.failed))
    lines = ["{} imported, {} updated, {} skipped, {} failed".format(*counts)]
    if fed.delivered or fed.refused:
        lines.append(f"{counted(fed.delivered, 'measure')} delivered to cases, {len(fed.refused)} refused")
    lines += [f"{about.file}: {about.reason}" for about in (*report.failed, *report.notes)]
    lines += [f"{each.patient_id}  {each.source}: {each.reason}" for each in fed.refused]
    return "\n".join([*lines, *(f"{identity}  {source}" for source, identity in report.patients.items())])
