"""The channel `direct`: the update as a message to a Direct relay (HISP), which signs, encrypts and forwards it."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from engine.outgoing.outgoing import Evidence, Letter, NotDelivered, Undeliverable
from engine.sender import is_address
from interop.care_update_fhir import bundle_bytes
from interop.care_update_folder import BUNDLE, PDF
from interop.care_update_pdf import pdf

TIMEOUT = 20  # seconds for each answer; the whole attempt has those of engine.outgoing.attempt
LEAVING = 2  # seconds for the answer to QUIT, which changes nothing
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class DirectChannel:
    """SMTP to the relay at ``url``: smtps://user:password@host, smtp+starttls://... or, on this machine, smtp://...

    The Message-ID is the update's key, the same at each attempt: a receiver that has it makes one of two.
    """

    url: str = field(repr=False)
    from_address: str
    name: str = "direct"

    def send(self, letter: Letter) -> Evidence:
        recipient = _address_of(letter)
        message = self.message(letter)
        try:
            relay = self._connection()
            try:
                answer = _hand_over(relay, self.from_address, recipient, message.as_bytes(policy=WIRE))
            finally:
                _leave(relay)
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(f"the Direct relay does not answer ({error})") from error
        return {"receipt": message["Message-ID"], "relay_said": answer, "sent_at": letter.now.isoformat()}

    def message(self, letter: Letter) -> EmailMessage:
        """The message; its subject names no patient, for a subject is not encrypted."""
        found = EmailMessage()
        found["From"], found["To"] = self.from_address, letter.recipient
        found["Subject"] = f"Care update {letter.key[:8]}"
        found["Date"] = format_datetime(letter.now)
        found["Message-ID"] = f"<{letter.key}@{self.from_address.rpartition('@')[2]}>"
        found.set_content(
            f"{letter.update.title}.\nThe update is attached, to read (PDF) and for your record (FHIR R4 document).\n"
            f"From {letter.update.organisation.name}.\n"
        )
        attached = pdf(letter.update, letter.sha256)
        found.add_attachment(attached, maintype="application", subtype="pdf", filename=PDF)
        document = bundle_bytes(letter.update, letter.key)
        found.add_attachment(document, maintype="application", subtype="fhir+json", filename=BUNDLE)
        found.set_boundary(f"=={letter.key}==")
        return found

    def _connection(self) -> smtplib.SMTP:
        relay = urlsplit(self.url)
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


def _address_of(letter: Letter) -> str:
    """The one address that the message goes to; raises Undeliverable for none, and for what a relay cannot be told."""
    whom = letter.update.pcp or "the PCP"
    where = "in the update's form, or set THROUGHLINE_CARE_UPDATE_TO"
    if not letter.recipient:
        raise Undeliverable(f"no Direct address is on record for {whom}; write it {where}")
    if not is_address(letter.recipient):
        raise Undeliverable(
            f"'{letter.recipient}' is not one Direct address such as dr.bell@direct.clinic.example; "
            f"correct that of {whom} {where}"
        )
    return letter.recipient


def _hand_over(relay: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> str:
    """MAIL, RCPT, DATA by hand: `send_message` keeps the relay's last answer to itself, and it is the evidence."""
    relay.ehlo_or_helo_if_needed()
    for code, said in (relay.mail(sender), relay.rcpt(recipient)):
        if not 200 <= code < 300:  # -1 is an answer that is no SMTP
            raise smtplib.SMTPResponseException(code, said)
    code, said = relay.data(content)
    if code != 250:
        raise smtplib.SMTPResponseException(code, said)
    return f"{code} {said.decode(errors='replace')}"


def _leave(relay: smtplib.SMTP) -> None:
    """Say goodbye: the message is the relay's from its 250 on, whatever it answers now, or if at all."""
    with suppress(OSError, smtplib.SMTPException):
        if relay.sock is not None:  # else it has hung up
            relay.sock.settimeout(LEAVING)
            relay.putcmd("quit")
            relay.sock.recv(512)
    with suppress(OSError):
        relay.close()


def _refused(code: int, said: bytes | str) -> NotDelivered | Undeliverable:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    message = f"the Direct relay answered {code} {words}"
    return Undeliverable(message) if code in (550, 551, 553, 554) else NotDelivered(message)
