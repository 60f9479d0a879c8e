"""Talking to a mail server: how it is reached, how a message is handed over, and what its answers mean."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from engine.outgoing.outgoing import NotDelivered, Undeliverable

TIMEOUT = 20  # seconds for each answer; the whole attempt has those of engine.outgoing.attempt
LEAVING = 2  # seconds for the answer to QUIT, which changes nothing
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def connection(url: str) -> smtplib.SMTP:
    """A session with the server at smtps://user:password@host, smtp+starttls://... or smtp://..."""
    relay = urlsplit(url)
    host, port = relay.hostname or "", relay.port or _PORTS[relay.scheme]
    tls = ssl.create_default_context()
    if relay.scheme == "smtps":
        found: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=tls)
    else:
        found = smtplib.SMTP(host, port, timeout=TIMEOUT)
    try:
        if relay.scheme == "smtp+starttls":
            found.starttls(context=tls)
        if relay.username:
            found.login(unquote(relay.username), unquote(relay.password or ""))
    except (OSError, ValueError, smtplib.SMTPException):
        found.close()
        raise
    return found


def hand_over(relay: smtplib.SMTP, sender: str, recipients: Sequence[str], content: bytes) -> str:
    """MAIL, RCPT, DATA by hand: `send_message` keeps the relay's last answer to itself, and it is the evidence."""
    relay.ehlo_or_helo_if_needed()
    for code, said in (relay.mail(sender), *map(relay.rcpt, recipients)):
        if not 200 <= code < 300:  # -1 is an answer that is no SMTP
            raise smtplib.SMTPResponseException(code, said)
    code, said = relay.data(content)
    if code != 250:
        raise smtplib.SMTPResponseException(code, said)
    return f"{code} {said.decode(errors='replace')}"


def leave(relay: smtplib.SMTP) -> None:
    """Say goodbye: the message is the relay's from its 250 on, whatever it answers now, or if at all."""
    with suppress(OSError, smtplib.SMTPException):
        if relay.sock is not None:  # else it has hung up
            relay.sock.settimeout(LEAVING)
            relay.putcmd("quit")
            relay.sock.recv(512)
    with suppress(OSError):
        relay.close()


def refused(who: str, code: int, said: bytes | str) -> NotDelivered | Undeliverable:
    """What a server's refusal means: final, or worth another attempt."""
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    message = f"{who} answered {code} {words}"
    return Undeliverable(message) if code in (550, 551, 553, 554) else NotDelivered(message)
