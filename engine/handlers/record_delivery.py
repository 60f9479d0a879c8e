"""Outgoing work has arrived, or was given up: its row and the history say so, also when the case is closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.care_updates import FAILED
from engine.casework import Casework
from engine.commands import RecordDelivery
from engine.errors import NotFound
from engine.handlers.deliver_event import happen
from engine.handlers.handler import Handler, Result, case_of_command
from engine.store import outbox


def handle(work: Casework, command: RecordDelivery) -> Result:
    row = dict(outbox.outgoing(work.connection, command.outgoing_id))
    if row["case_id"] != work.case["id"]:
        raise NotFound(f"outgoing work of case '{work.case['id']}'", str(command.outgoing_id))
    matched = True
    if command.error is None:
        if outbox.finish(work.connection, row["id"], work.now, command.evidence):
            _note_delivered(work, row, command.evidence)
    elif outbox.give_up(work.connection, row["id"], _attempt(command, row), work.now, command.error):
        matched = _note_failed(work, row, command.error)
    return Result(matched=matched)


def _attempt(command: RecordDelivery, row: Mapping[str, Any]) -> int:
    """The attempt that a failure is of; the latest where the command does not say."""
    return int(command.evidence.get("attempt", row["attempts"]))


def _note_delivered(work: Casework, row: Mapping[str, Any], evidence: Mapping[str, Any]) -> None:
    detail = {"outgoing": row["id"], **evidence}
    if row["operation"] == "case.follow_on":
        work.note("follow_on.started", f"The next period began: case {evidence.get('case_id')}", detail=detail)
        return
    if row["operation"] == "case.tell":
        work.note("case.told", f"Case {evidence.get('case_id')} of the same patient was told", detail=detail)
        return
    whom = row["payload"].get("pcp") or "the PCP"
    work.note("care_update.delivered", f"The update to {whom} was delivered ({evidence.get('channel')})", detail=detail)


def _note_failed(work: Casework, row: Mapping[str, Any], error: str) -> bool:
    """Note it and, until the case is closed, start what waits for it; whether anything did."""
    detail = {"outgoing": row["id"], "attempts": row["attempts"], "error": error}
    if row["operation"] == "case.follow_on":
        work.note("follow_on.failed", f"The next period could not begin: {error}", detail=detail)
        return False
    if row["operation"] == "case.tell":
        work.note("case.told", f"{_told_case(row)} could not be told: {error}", detail=detail)
        return False
    whom, occasion = row["payload"].get("pcp") or "the PCP", row["payload"].get("reason")
    detail |= {"occasion": occasion, "sha256": row["payload"].get("sha256")}
    work.note("care_update.failed", f"The update to {whom} could not be delivered: {error}", detail=detail)
    if work.case["closed_at"] is not None or not {"document", outbox.UNREADABLE} & row["payload"].keys():
        return False  # an update without content is older than deliveries: nobody has waited for it since
    return happen(work, FAILED, {"reason": error, "occasion": occasion, "outgoing": str(row["id"])}, work.now)


def _told_case(row: Mapping[str, Any]) -> str:
    """The case that was to hear of something; which it was is not known where nobody can read what the row carried."""
    case_id = row["payload"].get("case_id")
    return "Another case" if case_id is None else f"Case {case_id}"


HANDLER = Handler("record_delivery", case_of_command, handle)
