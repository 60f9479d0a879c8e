"""What may be set from outside, each setting read and checked once at start.

The settings are environment variables `THROUGHLINE_*`; docs/settings.md lists them. A wrong value names its
variable, an unknown variable is refused: a misspelt setting must not be silently the default.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from engine.door import NAMES as DOOR_NAMES
from engine.door import Door
from engine.errors import SettingsError
from engine.limits import NAMES as LIMIT_NAMES
from engine.limits import Limits
from engine.notifier import NAMES as NOTIFIER_NAMES
from engine.notifier import Notifier
from engine.secret_files import NAMES as SECRET_FILE_NAMES
from engine.secret_files import with_secrets
from engine.sender import NAMES as SENDER_NAMES
from engine.sender import Sender
from engine.telemetry.settings import NAMES as TELEMETRY_NAMES
from engine.telemetry.settings import Telemetry

PREFIX = "THROUGHLINE_"
NAMES = (
    "THROUGHLINE_DATABASE_URL",
    *LIMIT_NAMES,
    "THROUGHLINE_SECRET_KEY",
    "THROUGHLINE_TIMEZONE",
    "THROUGHLINE_DATA_DIR",
    "THROUGHLINE_PATHWAYS_DIR",
    "THROUGHLINE_LOG_LEVEL",
    "THROUGHLINE_SIGNING_KEY_FILE",
    "THROUGHLINE_CHECKPOINTS_DIR",
    "THROUGHLINE_PG_BIN",
    *SECRET_FILE_NAMES,
    *DOOR_NAMES,
    *TELEMETRY_NAMES,
    *SENDER_NAMES,
    *NOTIFIER_NAMES,
)
# Read by the test suite alone, so not a setting; it may stand in the environment all the same.
TEST_NAMES = ("THROUGHLINE_TEST_POSTGRES_URL",)
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SHIPPED_PATHWAYS = Path(__file__).resolve().parent.parent / "pathways"
_SHORTEST_KEY = 32


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one installation.

    ``database_url`` is a SQLAlchemy URL of SQLite or of PostgreSQL through psycopg; ``secret_key`` signs
    sessions; ``zone`` is where the organisation's calendar days are; ``data_dir`` holds what the program
    keeps beside the database; ``pathways_dir`` holds the definitions that are published at set-up; ``sender`` is
    who sends updates to the PCP, and how; ``notifier`` whether people here are mailed that something waits.
    ``signing_key_file`` and ``checkpoints_dir`` are where the key that signs checkpoints and their files are kept,
    where that is not ``data_dir``; ``pg_bin`` is the folder of ``pg_dump``.
    ``limits`` are those of the database, ``door`` says how strictly the door is kept, ``telemetry`` is how logs are
    written and who may read the metrics.
    """

    database_url: str
    secret_key: str = field(repr=False)
    zone: ZoneInfo
    data_dir: Path
    pathways_dir: Path
    log_level: str = "INFO"
    sender: Sender = field(default_factory=Sender)
    notifier: Notifier = field(default_factory=Notifier)
    signing_key_file: Path | None = None
    checkpoints_dir: Path | None = None
    pg_bin: Path | None = None
    limits: Limits = field(default_factory=Limits)
    telemetry: Telemetry = field(default_factory=Telemetry)
    door: Door = field(default_factory=Door)

    @property
    def signing_key(self) -> Path:
        """The file of the key that signs checkpoints."""
        return self.signing_key_file or self.data_dir / "signing.key"

    @property
    def checkpoints(self) -> Path:
        """The folder of the checkpoints' files."""
        return self.checkpoints_dir or self.data_dir / "checkpoints"

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """Reads the settings; makes and keeps a secret key where none is set. Raises SettingsError."""
        _refuse_unknown(env)
        env = with_secrets(env)
        data_dir = Path(env.get("THROUGHLINE_DATA_DIR") or "var")
        if data_dir.exists() and not data_dir.is_dir():
            raise SettingsError("THROUGHLINE_DATA_DIR", f"'{data_dir}' is a file; name a folder")
        return cls(
            database_url=_database_url(
                env.get("THROUGHLINE_DATABASE_URL") or f"sqlite:///{data_dir}/throughline.db"
            ),
            secret_key=_secret_key(env.get("THROUGHLINE_SECRET_KEY"), data_dir),
            zone=_zone(env.get("THROUGHLINE_TIMEZONE") or "America/New_York"),
            data_dir=data_dir,
            pathways_dir=_pathways_dir(env.get("THROUGHLINE_PATHWAYS_DIR")),
            log_level=_log_level(env.get("THROUGHLINE_LOG_LEVEL") or "INFO"),
            sender=Sender.from_environment(env),
            notifier=Notifier.from_environment(env),
            signing_key_file=_signing_key_file(env.get("THROUGHLINE_SIGNING_KEY_FILE")),
            checkpoints_dir=_checkpoints_dir(env.get("THROUGHLINE_CHECKPOINTS_DIR")),
            pg_bin=_pg_bin(env.get("THROUGHLINE_PG_BIN")),
            limits=Limits.from_environment(env),
            telemetry=Telemetry.from_environment(env),
            door=Door.from_environment(env),
        )


def _refuse_unknown(env: Mapping[str, str]) -> None:
    for name in sorted(env):
        if name.startswith(PREFIX) and name not in NAMES + TEST_NAMES:
            close = get_close_matches(name, NAMES, n=1)
            hint = f"did you mean {close[0]}?" if close else f"the settings are {', '.join(NAMES)}"
            raise SettingsError(name, f"there is no such setting; {hint}")


def _database_url(text: str) -> str:
    name = "THROUGHLINE_DATABASE_URL"
    examples = "write sqlite:///var/throughline.db or postgresql://user:password@host/database"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(name, f"is not a database URL; {examples}") from error
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        if url.database in (None, "", ":memory:"):
            raise SettingsError(name, "SQLite needs a file that every process can open; " + examples)
        return _written(url)
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return _written(url.set(drivername="postgresql+psycopg"))
    raise SettingsError(name, f"'{url.drivername}' is not supported; {examples}")


def _written(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _secret_key(given: str | None, data_dir: Path) -> str:
    if given is None or given == "":
        return _kept_key(data_dir / "secret_key")
    if len(given) < _SHORTEST_KEY:
        raise SettingsError(
            "THROUGHLINE_SECRET_KEY",
            f"has {len(given)} characters and needs at least {_SHORTEST_KEY}; unset it to have one made",
        )
    return given


def _kept_key(file: Path) -> str:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            # Exclusive: of two processes that start at once, one makes the key and the other reads it.
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _read_key(file)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(48))
        return _read_key(file)
    except OSError as error:
        raise SettingsError(
            "THROUGHLINE_SECRET_KEY", f"is not set, and none can be kept in {file} ({error.strerror}); set it"
        ) from error


def _read_key(file: Path) -> str:
    key = file.read_text(encoding="ascii").strip()
    if len(key) < _SHORTEST_KEY:
        raise SettingsError(
            "THROUGHLINE_SECRET_KEY", f"{file} holds no usable key; delete it to have one made"
        )
    return key


@cache  # the list is read from hundreds of files
def _zone(name: str) -> ZoneInfo:
    known = available_timezones()
    if name not in known:
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]}?" if close else "write an IANA name such as America/New_York"
        raise SettingsError("THROUGHLINE_TIMEZONE", f"there is no time zone '{name}'; {hint}")
    return ZoneInfo(name)


def _pathways_dir(text: str | None) -> Path:
    folder = Path(text) if text else SHIPPED_PATHWAYS
    if not folder.is_dir():
        raise SettingsError(
            "THROUGHLINE_PATHWAYS_DIR", f"there is no folder '{folder}'; unset it to use the shipped pathways"
        )
    return folder


def _signing_key_file(text: str | None) -> Path | None:
    if text and Path(text).is_dir():
        raise SettingsError("THROUGHLINE_SIGNING_KEY_FILE", f"'{text}' is a folder; name a file in it")
    return Path(text) if text else None


def _checkpoints_dir(text: str | None) -> Path | None:
    if text and Path(text).exists() and not Path(text).is_dir():
        raise SettingsError("THROUGHLINE_CHECKPOINTS_DIR", f"'{text}' is a file; name a folder")
    return Path(text) if text else None


def _pg_bin(text: str | None) -> Path | None:
    if text and not (Path(text) / "pg_dump").is_file():
        raise SettingsError("THROUGHLINE_PG_BIN", f"there is no pg_dump in '{text}'; unset it to use the one on PATH")
    return Path(text) if text else None


def _log_level(text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise SettingsError("THROUGHLINE_LOG_LEVEL", f"'{text}' is not one of {', '.join(LOG_LEVELS)}")
    return text.upper()
