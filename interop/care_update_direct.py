"""The channel `direct`: the update as a message to a Direct relay (HISP), which signs, encrypts and forwards it."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime

from engine.outgoing.outgoing import Evidence, Letter, NotDelivered, Undeliverable
from engine.sender import is_address
from interop.care_update_fhir import bundle_bytes
from interop.care_update_folder import BUNDLE, PDF
from interop.care_update_pdf import pdf
from interop.smtp import connection, hand_over, leave, refused


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
            relay = connection(self.url)
            try:
                answer = hand_over(relay, self.from_address, [recipient], message.as_bytes(policy=WIRE))
            finally:
                leave(relay)
        except smtplib.SMTPResponseException as error:
            raise refused("the Direct relay", error.smtp_code, error.smtp_error) from error
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
