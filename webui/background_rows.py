"""A piece of background work as pages and the API show it: in words, and without what is about a patient."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from engine.errors import NotFound
from engine.outgoing import OUTGOING
from engine.store.outbox import RETRIED, outgoing
from webui.access import visitor
from webui.extension import engine
from webui.organisations import subject_for_visitor
from webui.seen import saw

STATUS_WORDS = {"failed": "Failed", "waiting": "Waiting", "done": "Done", "dropped": "Dropped"}
KINDS = {operation: each.words for operation, each in OUTGOING.items()}
# What a row carries that says nothing of a patient: no name, no content, no free text.
_SHOWN = ("reason", "type", "sha256", "period", "aligned_on", "day", "subject", "link", "files", "organisation")
_LARGEST = 2**31 - 1  # of a database's integer column


def work_for_visitor(row_id: int) -> RowMapping:
    """A piece of work; raises NotFound, for another organisation's as for one that is not there."""
    if not 0 < row_id <= _LARGEST:
        raise NotFound("outgoing work", str(row_id))
    with engine().db.reading() as connection:
        row = outgoing(connection, row_id)
    whose, named = visitor().organisation, row["payload"].get("organisation")
    if row["case_id"] is None:
        if whose is not None and named not in (None, whose):
            raise NotFound("outgoing work", str(row_id))
        return row
    try:
        about = subject_for_visitor("case", row["case_id"])
    except NotFound as error:
        raise NotFound("outgoing work", str(row_id)) from error
    saw(about.patient_id, about.case_id)
    return row


def kind_words(operation: str) -> str:
    """What a kind is called; its own name, where it is one of an earlier version."""
    return KINDS.get(operation, operation)


def carried(row: RowMapping | dict[str, Any]) -> dict[str, Any]:
    """What a row carries, but for what is about a patient."""
    payload = row["payload"]
    return {name: payload[name] for name in _SHOWN if payload.get(name) not in (None, "", [])}


def retried(row: RowMapping | dict[str, Any]) -> list[dict[str, Any]]:
    """Who has let work about no case be tried again, and when; of a case's work its history says so."""
    return [{"by": each["by"], "at": datetime.fromisoformat(each["at"])} for each in row["payload"].get(RETRIED, ())]


def shown(row: RowMapping | dict[str, Any]) -> dict[str, Any]:
    """A row without its content."""
    kept = {name: value for name, value in dict(row).items() if name not in ("payload", "result")}
    told = {"kind": kind_words(row["operation"]), "carries": carried(row), "evidence": row["result"]}
    return kept | told | {"retried": retried(row)}
