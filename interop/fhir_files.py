"""Which files an import reads, and how they become resources a bounded batch at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from interop.errors import UnusableFile

MOST_BYTES = 50_000_000  # of a bundle, or of a line of NDJSON: what is parsed at once
BATCH = 1_000  # resources that are held at once
BUNDLE_TYPES = ("transaction", "batch", "collection")
LINES = (".ndjson", ".jsonl")


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource as it stands in a file, and the full URL that a bundle gives it."""

    resource: dict[str, Any]
    full_url: str | None = None


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The named files and all .json and .ndjson files of the named folders, each once.

    Files of patients alone come first: the other files of a bulk export speak of patients in them.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        # An empty folder is read as a file, so that it is reported like one that cannot be used.
        for file in _inside(path) or [path]:
            found.setdefault(file.resolve(), file)
    return sorted(found.values(), key=lambda file: not _patients_alone(file))


def is_lines(file: Path) -> bool:
    """Whether a file is NDJSON: a resource, or a whole bundle, a line."""
    return file.suffix.lower() in LINES


def batches(file: Path) -> Iterator[list[Entry]]:
    """A file's resources: a bundle's all at once, those of NDJSON up to `BATCH` at a time.

    Raises UnusableFile with the reason.
    """
    if file.is_dir():
        raise UnusableFile("holds no .json or .ndjson file")
    try:
        if is_lines(file):
            yield from _line_batches(file)
        else:
            yield _entries(_parsed(_content(file), "the file"), "the file")
    except OSError as error:
        raise UnusableFile(f"cannot be opened: {error.strerror}") from error


def _inside(path: Path) -> list[Path]:
    if not path.is_dir():
        return []
    return sorted(f for f in path.rglob("*") if f.is_file() and f.suffix.lower() in (".json", *LINES))


def _patients_alone(file: Path) -> bool:
    return is_lines(file) and file.name.startswith("Patient")


def _content(file: Path) -> bytes:
    if file.stat().st_size > MOST_BYTES:
        size = file.stat().st_size / 1_000_000
        raise UnusableFile(f"has {size:.0f} MB, at most {MOST_BYTES // 1_000_000} are read; split it, or use NDJSON")
    return file.read_bytes()


def _line_batches(file: Path) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    number = 0
    with file.open("rb") as stream:
        while line := stream.readline(MOST_BYTES + 1):
            number += 1
            if len(line) > MOST_BYTES:
                raise UnusableFile(f"line {number} has more than {MOST_BYTES // 1_000_000} MB")
            if line.strip():
                batch += _line_entries(line, f"line {number}")
            if len(batch) >= BATCH:
                yield batch
                batch = []
    if number == 0:
        raise UnusableFile("is empty")
    if batch:
        yield batch


def _line_entries(line: bytes, place: str) -> list[Entry]:
    document = _parsed(line, place)
    if isinstance(document, dict) and document.get("resourceType") != "Bundle":
        if not isinstance(document.get("resourceType"), str):
            raise UnusableFile(f"{place} is not a FHIR resource: it has no resourceType")
        return [Entry(document)]
    return _entries(document, place)


def _entries(document: Any, place: str) -> list[Entry]:
    """The resources of a Bundle; raises UnusableFile for anything else."""
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        kind = document.get("resourceType") if isinstance(document, dict) else None
        found = f"a {kind}" if isinstance(kind, str) else "no FHIR resource"
        raise UnusableFile(f"{place} is not a Bundle but {found}")
    if document.get("type") not in BUNDLE_TYPES:
        known = ", ".join(BUNDLE_TYPES)
        raise UnusableFile(f"{place} is a Bundle of type {document.get('type')!r}; the types read are {known}")
    entries = document.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise UnusableFile(f"{place}: Bundle.entry must be a list of objects")
    return [
        Entry(each["resource"], each["fullUrl"] if isinstance(each.get("fullUrl"), str) else None)
        for each in entries
        if isinstance(each.get("resource"), dict)
    ]


def _parsed(content: bytes, place: str) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise UnusableFile(f"{place} is not UTF-8 text") from error
    except RecursionError as error:
        raise UnusableFile(f"{place} is nested too deeply") from error
    except ValueError as error:
        raise UnusableFile(f"{place} is not JSON: {error}") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")
