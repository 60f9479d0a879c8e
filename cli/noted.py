"""Who looked at a patient's record from the command line, or took it along, stands in the record of accesses, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from cli.installation import Installation
from engine.commands import OPERATOR
from engine.errors import NotFound
from engine.store.accesses import add_access
from engine.store.cases import case

# The address of the page that shows or does the same.
_ADDRESSES = {"show": "record", "verify": "verify", "export": "export"}


def note(
    installation: Installation,
    act: str,
    command: str,
    patients: Sequence[str],
    case_id: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write down that `throughline history COMMAND` did it now, in a transaction of its own."""
    with installation.db.writing() as connection:
        add_access(
            connection,
            at=installation.engine().clock.now(),
            email=OPERATOR.id,
            role="system",
            act=act,
            page=f"throughline history {command}",
            address=f"/cases/{case_id}/{_ADDRESSES[command]}",
            patients=patients,
            case_id=case_id,
            detail=detail,
        )


def patients_of(connection: Connection, case_id: str) -> Sequence[str]:
    """Whose record it is; nobody's where the case was removed, and only checkpoints know it."""
    try:
        return [case(connection, case_id)["patient_id"]]
    except NotFound:
        return []
