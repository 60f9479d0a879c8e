"""The import of FHIR R4 files: every file in one transaction, the same again changes nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy.exc import IntegrityError

from engine.clock import Clock
from engine.errors import Busy, OutcomeUnknown, ThroughlineError
from engine.store.database import Database
from engine.store.organisations import MAIN
from interop.errors import InteropError, UnusableFile
from interop.fhir_files import batches, files_in, is_lines
from interop.fhir_records import CodeMap
from interop.fhir_store import FileTally, write_batch

# What Synthea writes into files of their own, hospitalInformation and practitionerInformation.
INFRASTRUCTURE = frozenset({"Organization", "Location", "Practitioner", "PractitionerRole"})
MOST_NOTES = 20  # of one file: the first show what is wrong, thousands hide it


@dataclass(frozen=True, slots=True)
class FileFault:
    """A file, and what about it; ``may_pass`` where it was no fault of the file, and the same one may go in later."""

    file: Path
    reason: str
    may_pass: bool = False


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
    organisation: str = MAIN,
) -> ImportReport:
    """Imports bundles and NDJSON files, and all of them in folders, about an organisation's patients.

    A file that cannot be used is reported with its reason, and the rest goes in. `codes` maps SNOMED CT to
    ICD-10-CM codes; without it only conditions coded in ICD-10-CM count towards a track.
    """
    files = files_in(Path(each) for each in paths)
    whole, failed, notes = FileTally(), [], []
    for file in progress(files, total=len(files), label="files"):
        tally = FileTally(passed_over=set(whole.passed_over))
        try:
            _import_file(file, tally, db, clock.now(), codes or {}, organisation)
        except (InteropError, ThroughlineError) as error:
            failed.append(FileFault(file, error.message, isinstance(error, Busy | OutcomeUnknown)))
            continue
        except IntegrityError:
            twin = "another import wrote the same patients at this moment; import it again"
            failed.append(FileFault(file, twin, may_pass=True))
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


def _import_file(
    file: Path, tally: FileTally, db: Database, now: datetime, codes: CodeMap, organisation: str
) -> None:
    """One file in one transaction."""
    read = batches(file)
    # A bundle is parsed before the transaction begins, so that nobody waits for it.
    first = next(read, [])
    with db.writing() as connection:
        for batch in itertools.chain([first], read):
            write_batch(connection, batch, tally, now=now, codes=codes, organisation=organisation)
        if not tally.states:
            _explain_nobody(file, tally)


def _explain_nobody(file: Path, tally: FileTally) -> None:
    """A file about nobody is no fault where others of its export are about somebody; else raises UnusableFile."""
    if tally.about_patients:
        count = tally.about_patients
        raise UnusableFile(f"has no Patient, and its {count} resources are about none that was imported before")
    of_nobody = bool(tally.unread) if is_lines(file) else bool(tally.unread) and tally.unread <= INFRASTRUCTURE
    if not of_nobody:
        raise UnusableFile("has no Patient")
    tally.notes.append(f"holds nothing that is read, only {', '.join(sorted(tally.unread))}")


def _shortened(notes: list[str]) -> list[str]:
    more = len(notes) - MOST_NOTES
    return notes if more <= 0 else [*notes[:MOST_NOTES], f"and {more} more like these"]
