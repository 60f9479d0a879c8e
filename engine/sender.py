"""Who sends updates to the PCP, and by which channel: the settings THROUGHLINE_ORGANISATION_* and _CARE_UPDATE_*."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from care.care_update import Organisation
from engine.errors import SettingsError

NAMES = (
    "THROUGHLINE_ORGANISATION_NAME",
    "THROUGHLINE_ORGANISATION_NPI",
    "THROUGHLINE_ORGANISATION_PHONE",
    "THROUGHLINE_ORGANISATION_EMAIL",
    "THROUGHLINE_ORGANISATION_ADDRESS",
    "THROUGHLINE_CARE_UPDATE_CHANNEL",
    "THROUGHLINE_CARE_UPDATE_URL",
    "THROUGHLINE_CARE_UPDATE_TOKEN",
    "THROUGHLINE_CARE_UPDATE_FROM",
    "THROUGHLINE_CARE_UPDATE_TO",
    "THROUGHLINE_CARE_UPDATE_DOCUMENT_TYPE",
)
# Phone and fax do not count as delivery (AAFP and secondary sources on care updates), so they are not offered.
CHANNELS = ("folder", "fhir", "direct")
SCHEMES = {"fhir": ("https", "http"), "direct": ("smtps", "smtp+starttls", "smtp")}
IN_THE_CLEAR = ("http", "smtp")  # for a relay or a proxy on this machine: an update is health information
DEFAULT_NAME = "Care organisation (name not set)"
DEFAULT_DOCUMENT_TYPE = "34133-9"  # LOINC: summary of episode note, what C-CDA's summaries of care are typed as

# An addr-spec of RFC 5322 as relays without SMTPUTF8 take it: a dot-atom, a domain, ASCII, nothing else around it.
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{1,254}}\Z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")


def is_address(text: str) -> bool:
    """Whether a text is one mail address and no more: ``care@direct.example.org``."""
    return _ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Sender:
    """The organisation, how its updates leave the house, and to whom when an update names no address itself."""

    organisation: Organisation = field(default_factory=lambda: Organisation(DEFAULT_NAME))
    channel: str = "folder"
    url: str | None = field(default=None, repr=False)  # may hold a password
    token: str | None = field(default=None, repr=False)
    from_address: str | None = None
    to_address: str | None = None
    document_type: str = DEFAULT_DOCUMENT_TYPE

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Sender:
        """Reads the settings; raises SettingsError for one that is wrong or missing for the chosen channel."""
        channel = _channel(_text(env, "CARE_UPDATE_CHANNEL") or "folder")
        return cls(
            organisation=_organisation(env),
            channel=channel,
            url=_url(_text(env, "CARE_UPDATE_URL"), channel),
            token=_token(_text(env, "CARE_UPDATE_TOKEN")),
            from_address=_from_address(env, channel),
            to_address=_address(env, "CARE_UPDATE_TO"),
            document_type=_document_type(_text(env, "CARE_UPDATE_DOCUMENT_TYPE") or DEFAULT_DOCUMENT_TYPE),
        )

    @property
    def shown_url(self) -> str | None:
        """Where updates go, without a password."""
        if self.url is None:
            return None
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        place = f"{host}:{parts.port}" if parts.port else host
        return f"{parts.scheme}://{parts.username + ':***@' if parts.username else ''}{place}{parts.path}"


def _organisation(env: Mapping[str, str]) -> Organisation:
    npi = _text(env, "ORGANISATION_NPI")
    if npi is not None and not re.fullmatch(r"\d{10}", npi):
        raise SettingsError("THROUGHLINE_ORGANISATION_NPI", f"'{npi}' is not an NPI; write its 10 digits")
    return Organisation(
        name=_text(env, "ORGANISATION_NAME") or DEFAULT_NAME,
        npi=npi,
        phone=_text(env, "ORGANISATION_PHONE"),
        email=_address(env, "ORGANISATION_EMAIL"),
        address=_text(env, "ORGANISATION_ADDRESS"),
    )


def _text(env: Mapping[str, str], name: str) -> str | None:
    return env.get(f"THROUGHLINE_{name}", "").strip() or None


def _channel(name: str) -> str:
    if name not in CHANNELS:
        close = get_close_matches(name, CHANNELS, n=1)
        hint = f"did you mean '{close[0]}'?" if close else "phone and fax do not count as delivery"
        raise SettingsError(
            "THROUGHLINE_CARE_UPDATE_CHANNEL", f"'{name}' is not one of {', '.join(CHANNELS)}; {hint}"
        )
    return name


def _url(text: str | None, channel: str) -> str | None:
    schemes = SCHEMES.get(channel)
    if schemes is None:
        return None
    wanted = " or ".join(f"{each}://host" for each in schemes)
    parts = _parts(text)
    if text is None or parts is None or parts.scheme not in schemes or not parts.hostname:
        raise _wrong_url(f"the channel '{channel}' needs {wanted}, with a port from 1 to 65535 if any")
    if parts.scheme in IN_THE_CLEAR and not _is_this_machine(parts.hostname):
        raise _wrong_url(f"{parts.scheme}:// sends in the clear and is for localhost only; write {schemes[0]}://host")
    if "?" in text or "#" in text:
        raise _wrong_url("leave out what begins with '?' or '#'; in a password write %3F and %23")
    if parts.scheme in SCHEMES["fhir"] and "@" in parts.netloc:
        raise _wrong_url("leave out user and password; the channel 'fhir' signs in with THROUGHLINE_CARE_UPDATE_TOKEN")
    return text.rstrip("/")


def _parts(text: str | None) -> SplitResult | None:
    """The parts of an address; None where it is none: blanks, a port that is no number or too large, half brackets."""
    if text is None or not re.fullmatch(r"[\x21-\x7e]+", text):
        return None
    try:
        parts = urlsplit(text)
        return None if parts.port == 0 else parts
    except ValueError:
        return None


def _wrong_url(problem: str) -> SettingsError:
    """The address itself is not repeated: it may hold a password."""
    return SettingsError("THROUGHLINE_CARE_UPDATE_URL", problem)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _token(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"[\x21-\x7e]+", text):  # it stands in a header, in one line
        raise SettingsError(
            "THROUGHLINE_CARE_UPDATE_TOKEN", "holds a blank, a line break or a letter outside ASCII; copy it again"
        )
    return text


def _address(env: Mapping[str, str], name: str) -> str | None:
    text = _text(env, name)
    if text is not None and not is_address(text):
        raise SettingsError(f"THROUGHLINE_{name}", f"'{text}' is not an address such as care@direct.example.org")
    return text


def _from_address(env: Mapping[str, str], channel: str) -> str | None:
    address = _address(env, "CARE_UPDATE_FROM")
    if channel == "direct" and address is None:
        raise SettingsError(
            "THROUGHLINE_CARE_UPDATE_FROM", "the channel 'direct' needs the Direct address that updates come from"
        )
    return address


def _document_type(code: str) -> str:
    if not re.fullmatch(r"\d{1,7}-\d", code):
        raise SettingsError("THROUGHLINE_CARE_UPDATE_DOCUMENT_TYPE", f"'{code}' is not a LOINC code such as 34133-9")
    return code
