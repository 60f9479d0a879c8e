"""The channels to the PCP, against a real HTTP server and a real SMTP server on this machine."""

from __future__ import annotations

import json
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from engine.outgoing.outgoing import NotDelivered, Undeliverable
from engine.sender import Sender
from engine.settings import Settings
from interop.care_update_channels import care_update_channel
from interop.care_update_direct import DirectChannel
from interop.care_update_endpoint import FhirChannel
from interop.care_update_folder import FolderChannel
from tests.interop.receivers import Endpoint, Relay
from tests.interop.updates import KEY, a_letter, an_update


# -- fhir -------------------------------------------------------------------------------------------------------------
def test_a_document_is_posted_and_its_place_is_the_evidence(endpoint: str) -> None:
    """With the token, and with the key in both ways that servers know."""
    evidence = FhirChannel(endpoint, "a token").send(a_letter())
    assert evidence["status"] == 201
    assert evidence["receipt"] == evidence["location"] == f"{endpoint}/Bundle/1/_history/1"
    (headers,) = Endpoint.requests
    assert headers["Authorization"] == "Bearer a token"
    assert headers["Content-Type"] == "application/fhir+json"
    assert headers["Idempotency-Key"] == KEY
    (body,) = Endpoint.kept.values()
    assert json.loads(body)["identifier"]["value"] == f"urn:uuid:{KEY}"


def test_a_second_attempt_creates_no_second_document(endpoint: str) -> None:
    """The server answers that it has it."""
    channel = FhirChannel(endpoint)
    assert [channel.send(a_letter())["status"] for _ in range(2)] == [201, 200]
    assert len(Endpoint.kept) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(503, NotDelivered), (429, NotDelivered), (401, Undeliverable), (422, Undeliverable), (302, Undeliverable)],
)
def test_a_refusal_is_final_or_passing_by_its_status(endpoint: str, status: int, error: type[Exception]) -> None:
    """What a server may do better later is tried again; a redirect would lose the document."""
    Endpoint.answers = [status]
    with pytest.raises(error, match=f"answered {status}"):
        FhirChannel(endpoint).send(a_letter())


def test_a_server_that_is_away_is_tried_again(endpoint: str) -> None:
    """Nobody listens on the port of discard."""
    with pytest.raises(NotDelivered, match="does not answer"):
        FhirChannel("http://127.0.0.1:9/fhir").send(a_letter())


# -- direct -----------------------------------------------------------------------------------------------------------
def test_a_direct_message_carries_pdf_and_document(relay: str) -> None:
    """The relay's answer and the Message-ID are the evidence; the subject names nobody."""
    evidence = DirectChannel(relay, "care@direct.example").send(a_letter())
    assert evidence["relay_said"] == "250 2.0.0 queued as 1"
    message = message_from_bytes(Relay.taken[0], policy=default)
    assert message["Message-ID"] == evidence["receipt"] == f"<{KEY}@direct.example>"
    assert (message["To"], message["From"]) == ("dr.bell@direct.example", "care@direct.example")
    assert "Ana" not in message["Subject"]
    attached = {each.get_filename(): each for each in message.iter_attachments()}
    assert attached["care-update.pdf"].get_content().startswith(b"%PDF-")
    assert json.loads(attached["care-update.json"].get_content())["type"] == "document"


def test_a_second_attempt_has_the_same_message_id(relay: str) -> None:
    """By which the receiver makes one of two: a relay keeps no memory of keys."""
    channel = DirectChannel(relay, "care@direct.example")
    assert channel.send(a_letter())["receipt"] == channel.send(a_letter())["receipt"]
    assert Relay.taken[0] == Relay.taken[1]


@pytest.mark.parametrize(
    ("verb", "answer", "error"),
    [
        ("RCPT", "550 5.1.1 no such user", Undeliverable),
        ("RCPT", "451 4.7.1 try later", NotDelivered),
        ("MAIL", "421 4.3.2 closing", NotDelivered),
        ("DATA", "554 5.7.1 refused", Undeliverable),
    ],
)
def test_a_relay_s_refusal_is_final_or_passing(relay: str, verb: str, answer: str, error: type[Exception]) -> None:
    """5.1.1 is an address that somebody has to mend."""
    Relay.refuses = {verb: answer}
    with pytest.raises(error, match=answer[:3]):
        DirectChannel(relay, "care@direct.example").send(a_letter())


def test_without_an_address_somebody_has_to_find_one(relay: str) -> None:
    """No attempt is made; the error says where it is written."""
    with pytest.raises(Undeliverable, match="no Direct address is on record for Dr"):
        DirectChannel(relay, "care@direct.example").send(a_letter(an_update(recipient=None)))
    assert Relay.taken == []


def test_a_relay_that_is_away_is_tried_again() -> None:
    """Nobody listens on the port of discard."""
    with pytest.raises(NotDelivered, match="does not answer"):
        DirectChannel("smtp://127.0.0.1:9", "care@direct.example").send(a_letter())


# -- which ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_settings_choose_the_channel(settings: Settings) -> None:
    """The folder is the default: nothing leaves the machine until somebody says so."""
    assert care_update_channel(settings) == FolderChannel(settings.data_dir / "outgoing")
    fhir = replace(settings, sender=Sender(channel="fhir", url="https://hie.example/fhir", token="t"))
    assert care_update_channel(fhir) == FhirChannel("https://hie.example/fhir", "t")
    direct = replace(settings, sender=Sender(channel="direct", url="smtps://relay", from_address="a@b.example"))
    assert care_update_channel(direct).name == "direct"
