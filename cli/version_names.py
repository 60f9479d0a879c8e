"""Which version is meant by what somebody types: a hash or its beginning, `msk@3`, or `msk` for the one in force."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

import click
from sqlalchemy import Connection, RowMapping

from engine.store.versions import all_versions, version, versions_in_force

WAYS = "a version's hash (six digits at least), a process such as msk or msk@3"
_HASH = re.compile(r"[0-9a-f]{6,64}")
_NUMBERED = re.compile(r"(.+)@([0-9]+)")


def process_meant(connection: Connection, track: str, wanted: str, now: datetime) -> tuple[str, str]:
    """The process that a track or process id means, and the hash of the version of it that ``wanted`` means.

    Raises click.UsageError for none or several, and for a version of another process.
    """
    in_force = versions_in_force(connection, now)
    process = next((str(row["process_id"]) for row in in_force if row["track"] == track), track)
    digest = version_meant(connection, wanted, now, process)
    if (other := version(connection, digest)["process_id"]) != process:
        raise click.UsageError(f"version '{wanted}' is one of '{other}', not of '{track}'")
    return process, digest


def version_meant(connection: Connection, wanted: str, now: datetime, process: str | None = None) -> str:
    """The hash of the only version that is meant; of ``process`` a bare number says enough.

    Raises click.UsageError for none or several.
    """
    rows, in_force = all_versions(connection), versions_in_force(connection, now)
    if process is not None and wanted.isdecimal():
        wanted = f"{process}@{wanted}"
    if numbered := _NUMBERED.fullmatch(wanted):
        return _only(wanted, rows, lambda row: (row["process_id"], str(row["number"])) == numbered.groups())
    if any(row["process_id"] == wanted for row in in_force):
        return _only(wanted, in_force, lambda row: row["process_id"] == wanted)
    if _HASH.fullmatch(wanted):
        return _only(wanted, rows, lambda row: row["hash"].startswith(wanted))
    raise click.UsageError(f"there is no version '{wanted}'; give {WAYS}")


def _only(wanted: str, rows: Iterable[RowMapping], is_meant: Callable[[RowMapping], bool]) -> str:
    found = [str(row["hash"]) for row in rows if is_meant(row)]
    if len(found) > 1:
        raise click.UsageError(f"{len(found)} versions begin with '{wanted}'; give more of the hash")
    if not found:
        raise click.UsageError(f"there is no version '{wanted}'; 'throughline pathways list' shows them")
    return found[0]
