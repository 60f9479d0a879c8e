"""The import of FHIR R4 files: every file in one transaction, the same again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from engine.clock import Clock
from engine.errors import ThroughlineError
from engine.store.database import Database
from interop.errors import InteropError, UnusableFile
from interop.fhir_files import batches, files_in
from interop.fhir_records import CodeMap
from interop.fhir_store import FileTally, write_batch

MOST_NOTES = 20  # of one file: the first show what is wrong, thousands hide it


@dataclass(frozen=True, slots=True)
class FileFault:
    """A file, and what about it."""

    file: Path
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    `imported`, `updated` and `skipped` count patients: new, changed, and unchanged or passed over. Nothing of a
    `failed` file was kept; `notes` say what was left out of the others. `patients` are the ids by source
    ("fhir:Patient/<id>").
    """

    imported: int
    updated: int
    skipped: int
    failed: list[FileFault]
    notes: list[FileFault]
    patients: Mapping[str, str]


class Progress(Protocol):
    """Shows how far the files are, such as `cli.progress.progress`."""

    def __call__(self, items: Iterable[Path], *, total: int, label: str) -> Iterable[Path]: ...


def in_silence(items: Iterable[Path], *, total: int, label: str) -> Iterable[Path]:
    """The progress that nobody watches."""
    return items


def import_files(
    paths: Iterable[Path],
    *,
    db: Database,
    clock: Clock,
    progress: Progress = in_silence,
    codes: CodeMap | None = None,
) -> ImportReport:
    """Imports bundles and NDJSON files, and all of them in folders.

    A file that cannot be used is reported with its reason, and the rest goes in. `codes` maps SNOMED CT to
    ICD-10-CM codes; without it only conditions coded in ICD-10-CM count towards a track.
    """
    files = files_in(paths)
    whole, failed, notes = FileTally(), [], []
    for file in progress(files, total=len(files), label="files"):
        try:
            tally = _import_file(file, db, clock.now(), codes or {})
        except (InteropError, ThroughlineError) as error:
            failed.append(FileFault(file, error.message))
            continue
        whole.add(tally)
        notes += [FileFault(file, note) for note in _shortened(tally.notes)]
    return ImportReport(
        imported=whole.count("imported"),
        updated=whole.count("updated"),
        skipped=whole.count("skipped"),
        failed=failed,
        notes=notes,
        patients=whole.patients,
    )


def _import_file(file: Path, db: Database, now: datetime, codes: CodeMap) -> FileTally:
    """One file in one transaction."""
    tally = FileTally()
    read = batches(file)
    # A bundle is parsed before the transaction begins, so that nobody waits for it.
    first = next(read, [])
    with db.writing() as connection:
        write_batch(connection, first, tally, now=now, codes=codes)
        for batch in read:
            write_batch(connection, batch, tally, now=now, codes=codes)
        _refuse_nobody(tally)
    return tally


def _refuse_nobody(tally: FileTally) -> None:
    """Raises UnusableFile for a file of care without anybody it could be about."""
    if tally.states or not tally.about_patients:
        return
    raise UnusableFile(
        f"has no Patient, and its {tally.about_patients} resources are about none that was imported before"
    )


def _shortened(notes: list[str]) -> list[str]:
    more = len(notes) - MOST_NOTES
    return notes if more <= 0 else [*notes[:MOST_NOTES], f"and {more} more like these"]
