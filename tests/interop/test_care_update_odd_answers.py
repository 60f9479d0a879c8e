"""Receivers that answer oddly, and addresses that are none: said for what they are, and never as an arrival."""

from __future__ import annotations

import pytest

from engine.outgoing.outgoing import NotDelivered, Undeliverable
from engine.sender import is_address
from interop.care_update_direct import DirectChannel
from interop.care_update_endpoint import FhirChannel
from tests.interop.receivers import Raw, Relay
from tests.interop.updates import KEY, a_letter, an_update


def answer(first: str, *headers: str, body: str = "") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {first}", f"Content-Length: {len(body)}", *headers, "", body]).encode()


# -- fhir -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "said",
    [
        answer("200 OK", "Content-Type: text/html", body="Please sign in"),
        answer("200 OK"),
        answer("202 Accepted", "Content-Type: application/fhir+json"),
        answer("204 No Content", "Location: http://x/Bundle/1"),
    ],
    ids=["a page", "nothing", "accepted", "no content"],
)
def test_only_what_shows_the_document_is_evidence(raw: str, said: bytes) -> None:
    """A gateway's page for signing in is a 200, too."""
    Raw.answer = said
    with pytest.raises(NotDelivered, match="does not show that the document was created"):
        FhirChannel(raw).send(a_letter())


@pytest.mark.parametrize(
    ("said", "receipt"),
    [
        (answer("201 Created"), KEY),
        (answer("200 OK", "Location: http://x/Bundle/1"), "http://x/Bundle/1"),
        (answer("200 OK", "Content-Type: application/fhir+json; charset=utf-8", body="{}"), KEY),
    ],
    ids=["created", "a place", "a resource"],
)
def test_what_shows_it_is(raw: str, said: bytes, receipt: str) -> None:
    """Created now, or there already by its identifier."""
    Raw.answer = said
    assert FhirChannel(raw).send(a_letter())["receipt"] == receipt


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nab", NotDelivered),
        (b"HTTP/1.1 422 No\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Undeliverable),
        (b"hello\r\n\r\n", NotDelivered),
        (b"HTTP/1.1 500 Oh\r\n" + b"a: b\r\n" * 200 + b"\r\n", NotDelivered),
        (b"", NotDelivered),
    ],
    ids=["cut off", "refused and cut off", "no HTTP", "too many headers", "nothing"],
)
def test_a_broken_answer_is_a_failed_attempt(raw: str, said: bytes, error: type[Exception]) -> None:
    """The status decides where there is one, whether or not the reason comes."""
    Raw.answer = said
    with pytest.raises(error, match="the FHIR endpoint"):
        FhirChannel(raw).send(a_letter())


@pytest.mark.parametrize(
    ("url", "token"), [("http://127.0.0.1:9/fhir", "hush\nhush"), ("http://127.0.0.1:9/fhir", "hush–hush")]
)
def test_a_request_that_cannot_be_written_names_the_setting_and_no_secret(url: str, token: str) -> None:
    """The libraries' own words would put the token into the record."""
    with pytest.raises(NotDelivered, match="THROUGHLINE_CARE_UPDATE_TOKEN") as raised:
        FhirChannel(url, token).send(a_letter())
    assert "hush" not in str(raised.value)


# -- direct -----------------------------------------------------------------------------------------------------------
NO_ADDRESSES = [
    "josé@direct.example.org",
    "a@b.org\nBcc: evil@x.org",
    "a@b.org\r\nRCPT TO:<evil@x.org>",
    "a@b.org, evil@x.org",
    "Dr. Bell <a@b.org>",
    "a b@x.org",
    "a@b.org> SIZE=1",
    "a@b.org\n",
    "@",
    "a@",
    "@b.org",
    "a..b@x.org",
    "a@b..org",
    "a@-b.org",
    "(@",
    "a" * 65 + "@b.org",
    "a@" + "b" * 64 + ".org",
    "a@" + "b." * 127 + "org",
]


@pytest.mark.parametrize("recipient", NO_ADDRESSES)
def test_what_is_not_one_address_is_not_told_to_a_relay(relay: str, recipient: str) -> None:
    """Nothing is sent to anybody: not to half of it, and not to a second one hidden in it."""
    with pytest.raises(Undeliverable, match="is not one Direct address"):
        DirectChannel(relay, "care@direct.example").send(a_letter(an_update(recipient=recipient)))
    assert Relay.taken == []


@pytest.mark.parametrize("text", ["dr.bell@direct.clinic.example", "o'neil+x@d-1.example", "a@localhost", "a_b@b.org"])
def test_an_address_is_one(text: str) -> None:
    """The usual ones, and what RFC 5322 lets stand in an atom."""
    assert is_address(text)


@pytest.mark.parametrize("goodbye", ["421 closing", "550 no", "what?", ""])
def test_what_a_relay_has_taken_is_delivered_whatever_it_says_to_quit(relay: str, goodbye: str) -> None:
    """Its 250 after the message is the receipt; reporting a failure would send a second one."""
    Relay.refuses = {"QUIT": goodbye}
    assert DirectChannel(relay, "care@direct.example").send(a_letter())["relay_said"] == "250 2.0.0 queued as 1"


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_relay_that_speaks_no_smtp_is_tried_again(relay: str, verb: str) -> None:
    """Whatever it means by that."""
    Relay.refuses = {verb: "hello"} | ({"HELO": "hello"} if verb == "EHLO" else {})
    with pytest.raises(NotDelivered, match="the Direct relay"):
        DirectChannel(relay, "care@direct.example").send(a_letter())
