"""Whether people here are mailed that something waits for them, and how: the settings THROUGHLINE_NOTICES_*."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from engine.errors import SettingsError
from engine.sender import IN_THE_CLEAR, SCHEMES, is_address

URL = "THROUGHLINE_NOTICES_URL"
FROM = "THROUGHLINE_NOTICES_FROM"
SITE = "THROUGHLINE_NOTICES_SITE"
NAMES = (URL, FROM, SITE)


@dataclass(frozen=True, slots=True)
class Notifier:
    """The mail server, who notices come from, and the address of the site they lead to. None of them: no notices."""

    url: str | None = field(default=None, repr=False)  # may hold a password
    from_address: str = ""
    site: str = ""

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Notifier:
        """Reads the settings; raises SettingsError for one that is wrong, or missing beside another."""
        url, sender, site = (env.get(name, "").strip() for name in NAMES)
        if not url:
            for name, given in ((FROM, sender), (SITE, site)):
                if given:
                    raise SettingsError(name, f"does nothing without {URL}; set it as well, or unset this")
            return cls()
        if not is_address(sender):
            raise SettingsError(FROM, "notices need one address to come from, such as throughline@example.org")
        return cls(_mail_server(url), sender, _site(site))

    @property
    def is_on(self) -> bool:
        return self.url is not None

    @property
    def shown(self) -> dict[str, str | None]:
        """Each setting with what is in force, without a password."""
        if self.url is None:
            return {URL: "none: nobody is mailed", FROM: None, SITE: None}
        parts = urlsplit(self.url)
        return {URL: f"{parts.scheme}://{parts.hostname}", FROM: self.from_address, SITE: self.site}


def _mail_server(text: str) -> str:
    wanted = " or ".join(f"{each}://host" for each in SCHEMES["direct"])
    parts = _parts(text)
    if parts is None or parts.scheme not in SCHEMES["direct"] or not parts.hostname:
        raise SettingsError(URL, f"write {wanted}, with a port from 1 to 65535 if any")
    if parts.scheme in IN_THE_CLEAR and not _is_this_machine(parts.hostname):
        raise SettingsError(URL, "smtp:// sends in the clear and is for localhost only; write smtps://host")
    return text


def _site(text: str) -> str:
    parts = _parts(text)
    if parts is None or parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(SITE, "write the address at which people open the site, such as https://care.example.org")
    return text.rstrip("/")


def _parts(text: str) -> SplitResult | None:
    if not text.isascii() or not text.isprintable() or " " in text:
        return None
    try:
        parts = urlsplit(text)
        return None if parts.port == 0 else parts
    except ValueError:
        return None


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
