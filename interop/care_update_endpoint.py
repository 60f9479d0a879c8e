"""The channel `fhir`: the document Bundle is posted to a FHIR endpoint, of an HIE or of the PCP's own record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

from engine.outgoing.outgoing import Evidence, Letter, NotDelivered, Undeliverable
from interop.care_update_fhir import bundle_bytes, identifier

TIMEOUT = 20  # seconds; below the first wait of engine.outgoing.delivery, so that no other worker tries meanwhile
# What a server answers that may answer otherwise later; every other refusal is final.
_PASSING = frozenset({408, 425, 429})
_MOST_OF_AN_ANSWER = 2_000


class _NoRedirects(HTTPRedirectHandler):
    """A redirected POST would become a GET without its content: an address that has moved is an error."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


@dataclass(frozen=True, slots=True)
class FhirChannel:
    """POST [url]/Bundle. Both a conditional create (If-None-Exist) and an Idempotency-Key hold back a second one."""

    url: str
    token: str | None = field(default=None, repr=False)
    name: str = "fhir"

    def send(self, letter: Letter) -> Evidence:
        request = Request(
            f"{self.url}/Bundle",
            data=bundle_bytes(letter.update, letter.key),
            headers=self._headers(letter.key),
            method="POST",
        )
        try:
            with build_opener(_NoRedirects).open(request, timeout=TIMEOUT) as answer:
                return _evidence(answer.status, answer.headers, letter)
        except HTTPError as error:
            with error:
                raise _refused(error) from error
        except (OSError, HTTPException) as error:
            raise NotDelivered(f"the FHIR endpoint does not answer ({error})") from error

    def _headers(self, key: str) -> dict[str, str]:
        known = identifier(key)
        headers = {
            "Content-Type": "application/fhir+json",
            "Accept": "application/fhir+json",
            "If-None-Exist": f"identifier={quote(known['system'], safe='')}|{quote(known['value'], safe='')}",
            "Idempotency-Key": key,
        }
        return headers | ({"Authorization": f"Bearer {self.token}"} if self.token else {})


def _evidence(status: int, headers: Mapping[str, Any], letter: Letter) -> Evidence:
    """201: it is created; 200: it was there already, from an attempt that nobody lived to note."""
    location = headers.get("Location")
    return {
        "receipt": location or letter.key,
        "status": status,
        "location": location,
        "answered_at": headers.get("Date"),
        "sent_at": letter.now.isoformat(),
    }


def _refused(error: HTTPError) -> NotDelivered | Undeliverable:
    said = " ".join(error.read(_MOST_OF_AN_ANSWER).decode(errors="replace").split())[:300]
    words = f"the FHIR endpoint answered {error.code} {error.reason}" + (f": {said}" if said else "")
    return NotDelivered(words) if error.code >= 500 or error.code in _PASSING else Undeliverable(words)
