"""How strictly the door is kept: how long a session lasts, whether a second factor is asked, what stands in front."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from engine.breached_passwords import BREACHED_PASSWORDS, BreachedPasswords
from engine.errors import SettingsError
from engine.virus_scanner import VIRUS_SCANNER, VirusScanner

IDLE = "THROUGHLINE_SESSION_IDLE"
LONGEST = "THROUGHLINE_SESSION_LONGEST"
SECOND_FACTOR = "THROUGHLINE_SECOND_FACTOR"
TLS = "THROUGHLINE_TLS"
HOSTS = "THROUGHLINE_HOSTS"
PROXIES = "THROUGHLINE_PROXIES"
NAMES = (IDLE, LONGEST, SECOND_FACTOR, TLS, HOSTS, PROXIES, BREACHED_PASSWORDS, VIRUS_SCANNER)
_ASKED = ("optional", "required")


@dataclass(frozen=True, slots=True)
class Door:
    """``idle`` and ``longest`` end a session; ``hosts`` are the names that the site is called by, none: any.

    ``second_factor`` and ``tls`` say whether each is asked of everybody; ``proxies`` is how many trusted proxies
    stand in front, whose X-Forwarded headers are believed. ``breached`` are passwords that nobody may choose,
    ``scanner`` looks at files before they are taken.
    """

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)  # a working day; NIST SP 800-63B-4 allows 24
    second_factor: bool = False
    tls: bool = False
    hosts: tuple[str, ...] = ()
    proxies: int = 0
    breached: BreachedPasswords | None = None
    scanner: VirusScanner | None = None

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Door:
        """Reads the settings; raises SettingsError."""
        return cls(
            idle=timedelta(minutes=_whole(env, IDLE, 30, 1, 720)),
            longest=timedelta(hours=_whole(env, LONGEST, 12, 1, 24)),
            second_factor=_asked(env, SECOND_FACTOR),
            tls=_asked(env, TLS),
            hosts=tuple(name.strip() for name in (env.get(HOSTS) or "").split(",") if name.strip()),
            proxies=_whole(env, PROXIES, 0, 0, 9),
            breached=BreachedPasswords.from_environment(env),
            scanner=VirusScanner.from_environment(env),
        )

    def shown(self) -> dict[str, str]:
        """Each setting with what is in force."""
        return {
            IDLE: f"{self.idle.total_seconds() / 60:.0f} minutes",
            LONGEST: f"{self.longest.total_seconds() / 3600:.0f} hours",
            SECOND_FACTOR: _ASKED[self.second_factor],
            TLS: _ASKED[self.tls],
            HOSTS: ", ".join(self.hosts) or "any",
            PROXIES: str(self.proxies),
            BREACHED_PASSWORDS: str(self.breached.file) if self.breached else "none",
            VIRUS_SCANNER: self.scanner.address if self.scanner else "none",
        }


def _whole(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise SettingsError(name, f"'{text}' is not a whole number from {least} to {most}")
    return int(text)


def _asked(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name) or _ASKED[False]
    if text not in _ASKED:
        raise SettingsError(name, f"'{text}' is neither 'optional' nor 'required'")
    return text == _ASKED[True]
