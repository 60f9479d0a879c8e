"""notice.mail: people who work here are told that something waits for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from engine.notices import OPERATION
from engine.outgoing.attempt import DEADLINE, within
from engine.outgoing.outgoing import Evidence, Mailer, Notice, Outgoing

if TYPE_CHECKING:
    from engine.application import Engine


def notice_of(row: Mapping[str, Any], now: datetime) -> Notice:
    """The mail that a row of the outbox asks for, with a key that is the same at each attempt."""
    told = row["payload"]
    key = str(uuid5(NAMESPACE_URL, f"throughline:notice:{told['link']}:{row['id']}"))
    text = f"{told['subject']}.\nSign in to see it: {told['link']}\n"
    return Notice(key, tuple(told["to"]), told["subject"], text, now)


def _deliver(engine: Engine, row: Mapping[str, Any], channel: Mailer | None, now: datetime) -> Evidence:
    assert channel is not None
    notice = notice_of(row, now)
    return within(DEADLINE, lambda: channel.mail(notice))


OUTGOING = Outgoing(OPERATION, "People are mailed that something waits.", True, _deliver, "Notice by mail")
