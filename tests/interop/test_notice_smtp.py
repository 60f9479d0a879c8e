"""A notice reaches a mail server as one plain mail; whom it is for stands in the envelope alone."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from engine.outgoing.outgoing import NotDelivered, Notice
from interop.notice_smtp import SmtpMailer
from tests.interop.receivers import Relay

NOTICE = Notice("k-1", ("dana@example.org", "lee@example.org"), "An urgent task waits for you", "Sign in.\n",
                datetime(2026, 1, 13, 14, tzinfo=UTC))  # fmt: skip


def test_a_notice_is_handed_over(relay: str) -> None:
    """The same key is the same Message-ID at each attempt."""
    assert SmtpMailer(relay, "throughline@example.org").mail(NOTICE)["receipt"] == "<k-1@example.org>"
    mail = message_from_bytes(Relay.taken[0])
    assert (mail["Message-ID"], mail["Subject"]) == ("<k-1@example.org>", "Throughline: An urgent task waits for you")
    assert b"dana@example.org" not in Relay.taken[0]


def test_a_mail_server_that_is_away_is_tried_again() -> None:
    """A closed port is no final answer."""
    with pytest.raises(NotDelivered, match="does not answer"):
        SmtpMailer("smtp://127.0.0.1:9", "throughline@example.org").mail(NOTICE)
