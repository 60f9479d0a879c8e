"""How the command line is called in tests: in this process, on an installation of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from engine.store.database import Database


@dataclass(frozen=True)
class Throughline:
    """The command `throughline` with the settings of one installation."""

    env: dict[str, str]

    def __call__(self, *arguments: str, code: int = 0) -> Result:
        """Run a command; its exit code is checked."""
        result = CliRunner().invoke(main, arguments, env=self.env, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    def json(self, *arguments: str, code: int = 0) -> Any:
        """Run a command with --json; stdout is one document."""
        return json.loads(self(*arguments, "--json", code=code).stdout)


@pytest.fixture
def new_throughline(tmp_path: Path) -> Throughline:
    """An installation without a database."""
    return Throughline({"THROUGHLINE_DATA_DIR": str(tmp_path / "var"), "THROUGHLINE_TIMEZONE": "America/New_York"})


@pytest.fixture
def throughline(db: Database, tmp_path: Path) -> Throughline:
    """An installation whose database is at the current schema and empty, on each kind of database."""
    env = {"THROUGHLINE_DATA_DIR": str(tmp_path / "var"), "THROUGHLINE_DATABASE_URL": db.url}
    return Throughline(env)


@pytest.fixture
def sandbox(throughline: Throughline) -> Throughline:
    """A sandbox at 10:00 in New York on Monday 6 July 2026, the shipped pathways published."""
    throughline("db", "init", "--sandbox", "--now", "2026-07-06T14:00:00Z")
    return throughline


@pytest.fixture
def add_patient(db: Database) -> Callable[[], str]:
    """Adds a patient by the store and returns the id."""
    from datetime import UTC, date, datetime

    from engine.store.patients import add_patient as add

    def added() -> str:
        with db.writing() as connection:
            now = datetime(2026, 7, 6, 14, 0, tzinfo=UTC)
            return add(connection, name="Ann Lee", birth_date=date(1952, 3, 4), now=now)

    return added
