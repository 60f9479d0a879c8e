"""How logs are written, and who may read the metrics."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.errors import SettingsError

LOG_FORMAT = "THROUGHLINE_LOG_FORMAT"
METRICS_TOKEN = "THROUGHLINE_METRICS_TOKEN"
METRICS_PORT = "THROUGHLINE_METRICS_PORT"
NAMES = (LOG_FORMAT, METRICS_TOKEN, METRICS_PORT)
LOG_FORMATS = ("text", "json")
_SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Telemetry:
    """``log_format`` is text or json, None text on a terminal and json elsewhere; with a ``metrics_token`` metrics are
    shown to whoever sends it alone; ``metrics_port`` is where a worker shows its own, on this machine only.
    """

    log_format: str | None = None
    metrics_token: str | None = field(default=None, repr=False)
    metrics_port: int | None = None

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Telemetry:
        """Reads the settings; raises SettingsError."""
        return cls(
            log_format=_log_format(env.get(LOG_FORMAT)),
            metrics_token=_token(env.get(METRICS_TOKEN)),
            metrics_port=_port(env.get(METRICS_PORT)),
        )

    @property
    def format(self) -> str:
        """The format in force."""
        return self.log_format or ("text" if sys.stderr.isatty() else "json")

    def shown(self) -> dict[str, str]:
        """Each setting with what is in force; the token is not shown."""
        token = f"{len(self.metrics_token)} characters" if self.metrics_token else "none"
        return {LOG_FORMAT: self.format, METRICS_TOKEN: token, METRICS_PORT: str(self.metrics_port or "none")}


def _log_format(text: str | None) -> str | None:
    if text and text.lower() not in LOG_FORMATS:
        raise SettingsError(LOG_FORMAT, f"'{text}' is not one of {', '.join(LOG_FORMATS)}")
    return text.lower() if text else None


def _token(text: str | None) -> str | None:
    if text and (len(text) < _SHORTEST_TOKEN or not text.isascii() or not text.isprintable() or " " in text):
        raise SettingsError(METRICS_TOKEN, f"needs at least {_SHORTEST_TOKEN} characters of ASCII without blanks")
    return text or None


def _port(text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 65536:
        raise SettingsError(METRICS_PORT, f"'{text}' is no port; write a number from 1 to 65535")
    return int(text)
