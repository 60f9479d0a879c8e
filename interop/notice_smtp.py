"""Notices as plain mails, handed to a mail server of the organisation."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime

from engine.outgoing.outgoing import Evidence, NotDelivered, Notice
from interop.smtp import connection, hand_over, leave, refused


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """A mail server by its URL. The Message-ID is the notice's key: a second attempt is the same mail."""

    url: str = field(repr=False)
    from_address: str

    def mail(self, notice: Notice) -> Evidence:
        message = self.message(notice)
        try:
            server = connection(self.url)
            try:
                content = message.as_bytes(policy=WIRE)
                answer = hand_over(server, self.from_address, notice.to, content)
            finally:
                leave(server)
        except smtplib.SMTPResponseException as error:
            raise refused("the mail server", error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(f"the mail server does not answer ({error})") from error
        return {"receipt": message["Message-ID"], "server_said": answer, "sent_at": notice.now.isoformat()}

    def message(self, notice: Notice) -> EmailMessage:
        """The mail: whom it is for stands in the envelope alone, so that they do not learn of each other."""
        found = EmailMessage()
        found["From"] = found["To"] = self.from_address
        found["Subject"] = f"Throughline: {notice.subject}"
        found["Date"] = format_datetime(notice.now)
        found["Message-ID"] = f"<{notice.key}@{self.from_address.rpartition('@')[2]}>"
        found.set_content(notice.text)
        return found
