"""Who sends updates to the PCP, and how: settings that are checked when the program starts."""

from __future__ import annotations

import pytest

from engine.errors import SettingsError
from engine.sender import CHANNELS, Sender


def sender(**values: str) -> Sender:
    return Sender.from_environment({f"THROUGHLINE_{name}": value for name, value in values.items()})


def test_nothing_needs_to_be_set() -> None:
    """Updates go into a folder, and say that the organisation has no name yet."""
    found = sender()
    assert (found.channel, found.url, found.to_address, found.document_type) == ("folder", None, None, "34133-9")
    assert "not set" in found.organisation.name


def test_phone_and_fax_are_not_offered() -> None:
    """They do not count as delivery (AAFP and secondary sources)."""
    assert CHANNELS == ("folder", "fhir", "direct")
    with pytest.raises(SettingsError, match="phone and fax do not count"):
        sender(CARE_UPDATE_CHANNEL="fax")


def test_a_whole_sender_is_read() -> None:
    """Every setting has its place."""
    found = sender(
        ORGANISATION_NAME="Blue Ridge Care",
        ORGANISATION_NPI="1234567893",
        ORGANISATION_PHONE="(555) 0100",
        ORGANISATION_EMAIL="care@example.org",
        ORGANISATION_ADDRESS="1 Main St",
        CARE_UPDATE_CHANNEL="direct",
        CARE_UPDATE_URL="smtps://us:hush@relay.example:465",
        CARE_UPDATE_FROM="care@direct.example",
        CARE_UPDATE_TO="inbox@hie.example",
        CARE_UPDATE_DOCUMENT_TYPE="11506-3",
    )
    assert (found.organisation.npi, found.from_address, found.to_address) == (
        "1234567893",
        "care@direct.example",
        "inbox@hie.example",
    )
    assert found.shown_url == "smtps://us:***@relay.example:465"
    assert "hush" not in repr(found)


@pytest.mark.parametrize(
    ("values", "name", "hint"),
    [
        ({"CARE_UPDATE_CHANNEL": "fhri"}, "CARE_UPDATE_CHANNEL", "did you mean 'fhir'"),
        ({"CARE_UPDATE_CHANNEL": "fhir"}, "CARE_UPDATE_URL", "https://host or http://host"),
        ({"CARE_UPDATE_CHANNEL": "fhir", "CARE_UPDATE_URL": "smtp://x"}, "CARE_UPDATE_URL", "https://host"),
        ({"CARE_UPDATE_CHANNEL": "direct", "CARE_UPDATE_URL": "smtps://x"}, "CARE_UPDATE_FROM", "Direct address"),
        ({"CARE_UPDATE_TO": "Dr. Bell"}, "CARE_UPDATE_TO", "is not an address"),
        ({"CARE_UPDATE_TO": "a@b.org, evil@x.org"}, "CARE_UPDATE_TO", "is not an address"),
        ({"CARE_UPDATE_TOKEN": "two words"}, "CARE_UPDATE_TOKEN", "copy it again"),
        ({"ORGANISATION_NPI": "12"}, "ORGANISATION_NPI", "10 digits"),
        ({"CARE_UPDATE_DOCUMENT_TYPE": "letter"}, "CARE_UPDATE_DOCUMENT_TYPE", "LOINC"),
    ],
)
def test_a_wrong_setting_names_itself(values: dict[str, str], name: str, hint: str) -> None:
    """With what to write instead."""
    with pytest.raises(SettingsError, match=hint) as raised:
        sender(**values)
    assert raised.value.name == f"THROUGHLINE_{name}"


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("http://hie.example/fhir", "in the clear and is for localhost only; write https://host"),
        ("http://127.0.0.1.example/fhir", "in the clear"),
        ("https://hie.example:99999/fhir", "a port from 1 to 65535"),
        ("https://hie.example:0/fhir", "a port from 1 to 65535"),
        ("https://hie.example:fhir/", "a port from 1 to 65535"),
        ("https://[hie.example/fhir", "needs https://host"),
        ("https://hie.example/a base", "needs https://host"),
        ("https:///fhir", "needs https://host"),
        ("https://hie.example/fhir?tenant=1", r"leave out what begins with '\?'"),
        ("https://hie.example/fhir#", "or '#'"),
        ("https://us:hush@hie.example/fhir", "THROUGHLINE_CARE_UPDATE_TOKEN"),
    ],
)
def test_an_address_that_could_not_work_is_refused_when_it_is_read(url: str, hint: str) -> None:
    """Not at the first update, at night; and the address, which may hold a password, is not repeated."""
    with pytest.raises(SettingsError, match=hint) as raised:
        sender(CARE_UPDATE_CHANNEL="fhir", CARE_UPDATE_URL=url)
    assert raised.value.name == "THROUGHLINE_CARE_UPDATE_URL"
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.9", "[::1]"])
def test_what_stays_on_this_machine_may_go_in_the_clear(host: str) -> None:
    """To a relay or a proxy beside the program, which encrypts from there."""
    for channel, url in (("fhir", f"http://{host}:8080/fhir"), ("direct", f"smtp://{host}:25")):
        found = sender(CARE_UPDATE_CHANNEL=channel, CARE_UPDATE_URL=url, CARE_UPDATE_FROM="care@direct.example")
        assert found.url == url
