"""How many connections to the database a process keeps, and how long anything on it may take or wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import SettingsError

POOL = "THROUGHLINE_DATABASE_POOL"
POOL_TIMEOUT = "THROUGHLINE_DATABASE_POOL_TIMEOUT"
STATEMENT_TIMEOUT = "THROUGHLINE_DATABASE_STATEMENT_TIMEOUT"
LOCK_TIMEOUT = "THROUGHLINE_DATABASE_LOCK_TIMEOUT"
IDLE_TIMEOUT = "THROUGHLINE_DATABASE_IDLE_TIMEOUT"
NAMES = (POOL, POOL_TIMEOUT, STATEMENT_TIMEOUT, LOCK_TIMEOUT, IDLE_TIMEOUT)
_LONGEST = 86_400


@dataclass(frozen=True, slots=True)
class Limits:
    """Times are in whole seconds; all but ``pool`` and ``pool_timeout`` are PostgreSQL's, 0 there is no limit.

    ``pool`` connections are kept open; in a rush there are up to three times as many, and who finds none waits for
    ``pool_timeout``. ``statement`` is the longest a query may run, ``lock`` the longest it waits for somebody else's
    transaction, ``idle`` the longest a transaction may be open with nothing asked: whoever hangs then must not hold a
    case for ever.
    """

    pool: int = 10
    pool_timeout: int = 10
    statement: int = 60
    lock: int = 5
    idle: int = 60

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Limits:
        """Reads the settings; raises SettingsError."""
        return cls(
            pool=_whole(env, POOL, cls().pool, least=1, most=500),
            pool_timeout=_whole(env, POOL_TIMEOUT, cls().pool_timeout, least=1),
            statement=_whole(env, STATEMENT_TIMEOUT, cls().statement),
            lock=_whole(env, LOCK_TIMEOUT, cls().lock),
            idle=_whole(env, IDLE_TIMEOUT, cls().idle),
        )

    def shown(self) -> dict[str, str]:
        """Each setting with what is in force."""
        seconds = (self.pool_timeout, self.statement, self.lock, self.idle)
        times = zip(NAMES[1:], seconds, strict=True)
        return {POOL: f"{self.pool} connections"} | {name: f"{each} s" if each else "none" for name, each in times}


def _whole(env: Mapping[str, str], name: str, default: int, *, least: int = 0, most: int = _LONGEST) -> int:
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise SettingsError(name, f"'{text}' is not a whole number from {least} to {most}")
    return int(text)
