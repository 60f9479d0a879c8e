"""import.fhir: files of patients that somebody brought are read into the record; the row carries them until then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from engine.commands import Actor
from engine.errors import InvalidInput
from engine.outgoing.outgoing import Evidence, Files, Importer, Outgoing, Undeliverable
from engine.store import outbox
from engine.store.organisations import known_organisation
from engine.virus_scanner import VirusScanner

if TYPE_CHECKING:
    from engine.application import Engine

OPERATION = "import.fhir"
# Files of one import, and bytes of all of them: they stand in a row of the database until they are read.
MOST_FILES, MOST_BYTES, LONGEST_NAME = 100, 50_000_000, 200
ENDINGS = (".json", ".ndjson", ".jsonl")


def ask_for_import(engine: Engine, files: Sequence[tuple[str, bytes]], organisation: str, actor: Actor) -> int:
    """Write files down for whichever worker is free; returns the id of the work. Raises InvalidInput, NotFound."""
    check_files(files, engine.settings.door.scanner)
    with engine.db.writing() as connection:
        return write_import(connection, files, organisation, actor, engine.clock.now())


def write_import(
    connection: Connection, files: Sequence[tuple[str, bytes]], organisation: str, actor: Actor, now: datetime
) -> int:
    """The same in the caller's transaction, for files that were checked."""
    known_organisation(connection, organisation)
    row = {
        "operation": OPERATION,
        "payload": {"files": [name for name, _ in files], "organisation": organisation},
        "status": "waiting",
        "created_at": now,
        "requested_by": actor.id,
    }
    (row_id,) = outbox.add_outgoing(connection, [row])
    outbox.add_files(connection, row_id, files)
    return row_id


def check_files(files: Sequence[tuple[str, bytes]], scanner: VirusScanner | None) -> None:
    """Raises InvalidInput for what cannot be an import: too many, too large, of another kind, known to do harm.

    ScannerAway where one is named and does not answer.
    """
    size = sum(len(content) for _, content in files)
    if not 0 < len(files) <= MOST_FILES:
        raise InvalidInput({"files": f"choose 1 to {MOST_FILES} files"})
    if size > MOST_BYTES:
        told = f"these are {size / 1e6:.0f} MB, at most {MOST_BYTES / 1e6:.0f} are taken at once"
        raise InvalidInput({"files": told})
    for name, content in files:
        if not name.lower().endswith(ENDINGS) or len(name) > LONGEST_NAME or not _is_plain(name):
            raise InvalidInput({"files": f"a file's name is plain and ends in {', '.join(ENDINGS)}"})
        if not content:
            raise InvalidInput({"files": f"'{name}' is empty"})
    if scanner is not None:
        for name, content in files:
            scanner.check("files", name, content)


def _is_plain(name: str) -> bool:
    return name.isprintable() and not any(sign in name for sign in "/\\") and not name.startswith(".")


def _deliver(engine: Engine, row: Mapping[str, Any], channel: Importer | None, now: datetime) -> Evidence:
    assert channel is not None
    with engine.db.reading() as connection:
        files = outbox.files_of(connection, row["id"])
    if not files:
        raise Undeliverable("the files are no longer there")
    return channel.bring_in(engine, Files(files, row["payload"]["organisation"], row["requested_by"] or ""))


# A large import takes minutes. One that takes longer still is begun again by another worker, which changes nothing.
_TAKES = timedelta(minutes=15)
OUTGOING = Outgoing(OPERATION, "Files of patients are read in.", True, _deliver, "Import of patients", _TAKES)
