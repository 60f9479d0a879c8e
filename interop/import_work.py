"""What a worker does with files that somebody has asked to be imported: the importer, on copies beside the database."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.application import Engine
from engine.outgoing.outgoing import Evidence, Files, NotDelivered, Undeliverable
from interop.fhir_feed import FeedReport, feed
from interop.fhir_import import FileFault, ImportReport, import_files

MOST_TOLD = 100  # of each list: the first show what is wrong


@dataclass(frozen=True, slots=True)
class FhirImporter:
    """Reads FHIR R4 bundles and NDJSON. The same files again change nothing: a second attempt finds it done."""

    def bring_in(self, engine: Engine, files: Files) -> Evidence:
        with _workplace(engine.settings.data_dir / "importing") as folder:
            paths = _written(folder, files.files)
            report = import_files(paths, db=engine.db, clock=engine.clock, organisation=files.organisation)
        _refuse_for_now([f"{fault.file.name}: {fault.reason}" for fault in report.failed if fault.may_pass])
        if len(report.failed) == len(files.files):
            raise Undeliverable("; ".join(f"{fault.file.name}: {fault.reason}" for fault in report.failed))
        fed = feed(engine, sorted(set(report.patients.values())))
        _refuse_for_now([f"{each.source}: {each.reason}" for each in fed.refused if each.may_pass])
        return _told(report, fed)


def _refuse_for_now(reasons: Sequence[str]) -> None:
    """Half of it is in, and the files go once it is done: all of them are read again, which changes nothing."""
    if reasons:
        raise NotDelivered("; ".join(reasons))


@contextmanager
def _workplace(parent: Path) -> Iterator[Path]:
    """A folder for copies of the files; what a killed worker has left of its own goes, for it is about patients."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as held:
        with open(parent / ".lock", "w", encoding="ascii") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)  # nobody takes for left what is just being made
            for left in filter(Path.is_dir, parent.iterdir()):
                _remove_unless_held(left)
            folder = Path(held.enter_context(tempfile.TemporaryDirectory(dir=parent)))
            descriptor = os.open(folder, os.O_RDONLY)
            held.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder


def _remove_unless_held(left: Path) -> None:
    descriptor = os.open(left, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(left, ignore_errors=True)
    except BlockingIOError:  # another import of this host goes on in it
        return
    finally:
        os.close(descriptor)


def _written(folder: Path, files: Sequence[tuple[str, bytes]]) -> list[Path]:
    """Each file in a folder of its own, for two may have one name."""
    paths = []
    for number, (name, content) in enumerate(files):
        path = folder / str(number) / name
        path.parent.mkdir()
        path.write_bytes(content)
        paths.append(path)
    return paths


def _told(report: ImportReport, fed: FeedReport) -> Evidence:
    return {
        "imported": report.imported,
        "updated": report.updated,
        "skipped": report.skipped,
        "measures_delivered": fed.delivered,
        "failed": _named(report.failed),
        "notes": _named(report.notes),
        "refused": [{"patient_id": each.patient_id, "reason": each.reason} for each in fed.refused[:MOST_TOLD]],
    }


def _named(faults: Sequence[FileFault]) -> list[dict[str, str]]:
    return [{"file": fault.file.name, "reason": fault.reason} for fault in faults[:MOST_TOLD]]
