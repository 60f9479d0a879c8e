"""An export as it leaves: the files that were asked for, and a manifest of their hashes, in one archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from engine.application import Engine
from engine.errors import InvalidInput
from interop.exports.as_csv import MARK, facts_csv, history_csv, tasks_csv
from interop.exports.as_json import as_json
from interop.exports.as_pdf import as_pdf
from interop.exports.as_xes import as_xes
from interop.exports.case_record import CaseRecord, case_record

MANIFEST = "MANIFEST.json"
_EARLIEST = 1980  # what a zip archive can date


@dataclass(frozen=True, slots=True)
class Format:
    """A format that may be asked for: what it is for, and how its files are written, the main one first."""

    name: str
    title: str
    holds: str
    files: Mapping[str, Callable[[CaseRecord], bytes]]


FORMATS = {
    each.name: each
    for each in (
        Format(
            "json",
            "JSON",
            "Everything: the case, who it is about, every task, fact and entry with its hash, the diagrams and rules "
            "in force, and the proof of the last checkpoint.",
            {"record.json": as_json},
        ),
        Format(
            "csv",
            "CSV",
            "Tables for a spreadsheet: history, tasks and facts. Name and birth date have no column, but sentences "
            "name the patient.",
            {"history.csv": history_csv, "tasks.csv": tasks_csv, "facts.csv": facts_csv},
        ),
        Format(
            "pdf",
            "PDF",
            "To read and to file: who it is about, what happened day by day in sentences, the tasks, what is known, "
            "and the proof.",
            {"record.pdf": as_pdf},
        ),
        Format(
            "xes",
            "XES",
            "For process mining: which step, when, by whom. Nothing that was answered or measured, no patient’s name.",
            {"events.xes": as_xes},
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Export:
    """What was made of a case: each file by its name, the manifest over them, and the archive of both."""

    case_id: str
    patient_id: str
    entries: int
    formats: tuple[str, ...]
    files: Mapping[str, bytes]
    manifest: bytes
    archive: tuple[str, bytes]

    @property
    def main_file(self) -> tuple[str, bytes]:
        """Name and content of the first file, as it stands alone."""
        name, content = next(iter(self.files.items()))
        return f"{self.case_id}-{name}", content.removeprefix(MARK)

    @property
    def detail(self) -> dict[str, object]:
        """What the access record keeps of the archive."""
        hashes = {name: _sha256(content) for name, content in self.files.items()}
        return {"formats": list(self.formats), "files": hashes, "manifest": _sha256(self.manifest)}

    @property
    def detail_of_main_file(self) -> dict[str, object]:
        """What the access record keeps where the first file alone was taken."""
        name, content = self.main_file
        return {"formats": list(self.formats), "files": {name: _sha256(content)}}


def export(engine: Engine, case_id: str, formats: Sequence[str], by: str) -> Export:
    """Write a case in some formats, by the name of who asked; raises NotFound, and InvalidInput for no format."""
    chosen = [FORMATS[name] for name in FORMATS if name in formats]
    if not chosen:
        raise InvalidInput({"format": f"choose at least one of {', '.join(FORMATS)}"})
    with engine.db.reading() as connection:
        record = case_record(engine, connection, case_id, by)
    files = {name: _marked(name, write(record)) for each in chosen for name, write in each.files.items()}
    manifest = _manifest(record, files)
    return Export(
        case_id=case_id,
        patient_id=str(record.case["patient_id"]),
        entries=len(record.history),
        formats=tuple(each.name for each in chosen),
        files=files,
        manifest=manifest,
        archive=(f"{case_id}-export.zip", _archive(record, {MANIFEST: manifest, **files})),
    )


def _marked(name: str, content: bytes) -> bytes:
    """Tables in the archive begin with the mark by which spreadsheets know UTF-8; programs get them without."""
    return MARK + content if name.endswith(".csv") else content


def _manifest(record: CaseRecord, files: Mapping[str, bytes]) -> bytes:
    statement = record.proof["statement"] if record.proof else None
    said: dict[str, Any] = {
        "format": "throughline-export/1",
        "case_id": record.id,
        "exported_at": record.exported_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "exported_by": record.exported_by,
        "history": {"length": record.case["history_length"], "head": record.case["history_head"]},
        "checkpoint": statement and {name: statement[name] for name in ("number", "day", "root", "key_id")},
        "files": {name: {"sha256": _sha256(content), "bytes": len(content)} for name, content in files.items()},
    }
    return f"{json.dumps(said, ensure_ascii=False, indent=1)}\n".encode()


def _archive(record: CaseRecord, files: Mapping[str, bytes]) -> bytes:
    at = record.exported_at.astimezone(UTC)
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in files.items():
            info = ZipInfo(name, (max(at.year, _EARLIEST), at.month, at.day, at.hour, at.minute, at.second))
            info.external_attr = 0o600 << 16
            archive.writestr(info, content, ZIP_DEFLATED)
    return out.getvalue()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
