"""The channel `fhir`: the document Bundle is posted to a FHIR endpoint, of an HIE or of the PCP's own record."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

from engine.outgoing.outgoing import Evidence, Letter, NotDelivered, Undeliverable
from interop.care_update_fhir import bundle_bytes, identifier

TIMEOUT = 20  # seconds for each answer; the whole attempt has those of engine.outgoing.attempt
# What a server answers that may answer otherwise later; every other refusal is final.
_PASSING = frozenset({408, 425, 429})
_MOST_OF_AN_ANSWER = 2_000
_FHIR_TYPES = ("application/fhir+json", "application/fhir+xml")


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
        except ValueError as error:  # its words may hold the token
            raise NotDelivered(
                "the request cannot be written; check THROUGHLINE_CARE_UPDATE_URL and THROUGHLINE_CARE_UPDATE_TOKEN"
            ) from error

    def _headers(self, key: str) -> dict[str, str]:
        known = identifier(key)
        headers = {
            "Content-Type": "application/fhir+json",
            "Accept": "application/fhir+json",
            "If-None-Exist": f"identifier={quote(known['system'], safe='')}|{quote(known['value'], safe='')}",
            "Idempotency-Key": key,
        }
        return headers | ({"Authorization": f"Bearer {self.token}"} if self.token else {})


def _evidence(status: int, headers: HTTPMessage, letter: Letter) -> Evidence:
    """201: it is created; 200: it was there already, from an attempt that nobody lived to note.

    A gateway or a page for signing in answers 200 as well: without a place and without FHIR that shows nothing.
    """
    location = headers.get("Location")
    is_known = status == 200 and (location is not None or headers.get_content_type() in _FHIR_TYPES)
    if status != 201 and not is_known:
        raise NotDelivered(
            f"the answer {status} ({headers.get('Content-Type') or 'no content type'}, "
            f"{'a' if location else 'no'} Location) does not show that the document was created; "
            "see that THROUGHLINE_CARE_UPDATE_URL is a FHIR server's base"
        )
    return {
        "receipt": location or letter.key,
        "status": status,
        "location": location,
        "answered_at": headers.get("Date"),
        "sent_at": letter.now.isoformat(),
    }


def _refused(error: HTTPError) -> NotDelivered | Undeliverable:
    said = " ".join(_said(error).decode(errors="replace").split())[:300]
    words = f"the FHIR endpoint answered {error.code} {error.reason}" + (f": {said}" if said else "")
    return NotDelivered(words) if error.code >= 500 or error.code in _PASSING else Undeliverable(words)


def _said(error: HTTPError) -> bytes:
    """What the server says about it; nothing where that does not come: the status alone decides."""
    try:
        return error.read(_MOST_OF_AN_ANSWER)
    except (OSError, HTTPException):
        return b""
