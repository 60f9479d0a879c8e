"""What a visitor did with a patient's record, beside looking at it, stands in the record of accesses at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request

from engine.store.accesses import add_access
from webui.access import visitor
from webui.extension import engine


def note_act(
    act: str, patients: Sequence[str], case_id: str | None, detail: Mapping[str, Any] | None = None
) -> None:
    """Write down that the visitor did it now, at this address, in a transaction of its own."""
    who = visitor()
    with engine().db.writing() as connection:
        add_access(
            connection,
            at=engine().clock.now(),
            email=who.email,
            role=who.role,
            act=act,
            page=str(request.endpoint),
            address=request.path,
            patients=patients,
            case_id=case_id,
            detail=detail,
        )
