"""Publishing: a pathway's files become a version, found by its content and never changed again."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from engine.bundle import PathwayFiles, is_started, main_process
from engine.clock import Clock
from engine.definitions import Definition, compile_definition
from engine.errors import DefinitionError, Refused
from engine.store import versions as store
from engine.store.database import Database

SETTING_UP = "system:setup"  # who publishes what is shipped


def publish(
    connection: Connection,
    files: PathwayFiles,
    main: str,
    *,
    note: str,
    by: str,
    now: datetime,
    effective_from: datetime | None = None,
    instead_of: str | None = None,
    zone: tzinfo = UTC,
) -> tuple[Definition, bool]:
    """Publish the pathway in diagram ``main``; whether it is new. Raises DefinitionError and then changes nothing.

    New cases and events take the version from ``effective_from`` on, at once when it is absent; the first version of a
    process was then always in force. Raises Refused, with the day in ``zone``, for an instant before that of a version
    that takes effect later, unless its hash is ``instead_of``: then that one is never in force, for of those that have
    begun the highest number is taken.
    """
    sources = files.bundle(main)
    definition = compile_definition(sources, main)
    if not definition.settings.track and not definition.messages:
        raise DefinitionError(
            main,
            definition.process_id,
            "pathway",
            "has neither a track nor an event that starts it; only what it is called by is published",
        )
    if store.has_version(connection, definition.hash):
        return definition, False
    number = store.highest_number(connection, definition.process_id)
    _refuse_planned(connection, definition.process_id, effective_from or now, instead_of, zone)
    store.add_version(
        connection,
        {
            "effective_from": effective_from or (now if number else None),
            "hash": definition.hash,
            "process_id": definition.process_id,
            "number": number + 1,
            "title": definition.settings.title,
            "track": definition.settings.track,
            "tracks": list(definition.settings.tracks),
            "messages": list(definition.messages),
            "sources": sources,
            "note": note,
            "published_at": now,
            "published_by": by,
        },
    )
    return definition, True


def _refuse_planned(
    connection: Connection, process_id: str, wanted: datetime, instead_of: str | None, zone: tzinfo
) -> None:
    """A version that is planned is not passed over unless that is meant."""
    for row in store.newest_versions(connection):
        planned = row["effective_from"] if row["process_id"] == process_id else None
        if planned is not None and planned > wanted and row["hash"] != instead_of:
            raise Refused(
                f"version {row['number']} of '{row['title']}' takes effect on {planned.astimezone(zone):%d %B %Y}; "
                "one that takes effect before would take its place for good: choose that day or a later one, "
                f"or say that this is meant: with its tick where drafts are published, with --instead-of "
                f"{row['hash'][:12]} on the command line"
            )


def publish_shipped(db: Database, folder: Path, clock: Clock) -> list[str]:
    """Publish every shipped pathway of which no version stands in the database; returns their process ids.

    What a director has published is left alone.
    """
    try:
        return _publish_missing(db, PathwayFiles(folder), clock)
    except IntegrityError:
        # Another set-up was faster with one of them: what it has published is there now.
        return _publish_missing(db, PathwayFiles(folder), clock)


def _publish_missing(db: Database, files: PathwayFiles, clock: Clock) -> list[str]:
    published = []
    with db.writing() as connection:
        known = {row["process_id"] for row in store.newest_versions(connection)}
        for main in files.diagrams():
            text = files.read(main)
            process_id = main_process(text, main)
            if process_id not in known and is_started(text, main):
                publish(connection, files, main, note="shipped", by=SETTING_UP, now=clock.now())
                published.append(process_id)
    return published
