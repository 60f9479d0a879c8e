"""care_update.send: the update that was composed at completion goes out by the channel that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from care.care_update import update_from
from engine.care_updates import digest_of
from engine.outgoing.attempt import DEADLINE, within
from engine.outgoing.outgoing import Channel, Evidence, Letter, Outgoing, Undeliverable

if TYPE_CHECKING:
    from engine.application import Engine


def letter_of(row: Mapping[str, Any], now: datetime) -> Letter:
    """The letter in a row of the outbox; raises Undeliverable for one without its content, or with another."""
    payload = row["payload"]
    document = payload.get("document")
    if document is None:
        raise Undeliverable("written before delivery existed: the update holds no content")
    if digest_of(document) != payload["sha256"]:
        raise Undeliverable("the content is not the one that was reviewed: its SHA-256 differs from the record's")
    return Letter(row["id"], key_of(row), update_from(document), payload["sha256"], now)


def key_of(row: Mapping[str, Any]) -> str:
    """A UUID that is the same at each attempt and in no other installation: ids of rows alone repeat."""
    return str(uuid5(NAMESPACE_URL, f"throughline:{row['case_id']}:{row['id']}:{row['payload'].get('sha256')}"))


def _deliver(engine: Engine, row: Mapping[str, Any], channel: Channel | None, now: datetime) -> Evidence:
    assert channel is not None
    letter = letter_of(row, now)
    evidence = within(DEADLINE, lambda: channel.send(letter))
    return {"channel": channel.name, "recipient": letter.recipient, "sha256": letter.sha256, **evidence}


OUTGOING = Outgoing("care_update.send", "An update goes to the PCP.", True, _deliver, "Update to the PCP")
