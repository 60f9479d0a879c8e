"""`throughline doctor` and the command line as a whole: what is there, and what is said when it is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cli.main import COMMANDS
from engine.store.database import Database
from tests.cli.conftest import Throughline


def test_the_doctor_says_what_is_missing_and_what_to_do(new_throughline: Throughline) -> None:
    """Without a database there is something to do, exit code 1; every setting is shown, no secret."""
    found = new_throughline.json("doctor", code=1)
    database = next(check for check in found["checks"] if check["name"] == "database")
    assert not database["ok"]
    assert "db upgrade" in database["hint"]
    assert any(check["name"] == "THROUGHLINE_SECRET_KEY" for check in found["checks"])


def test_the_doctor_finds_a_prepared_database_well(sandbox: Throughline) -> None:
    """Users are what a new sandbox lacks."""
    checks = {check["name"]: check["ok"] for check in sandbox.json("doctor", code=1)["checks"]}
    assert checks["database"]
    assert checks["pathways"]
    assert not checks["users"]


def test_the_doctor_finds_what_is_late(sandbox: Throughline) -> None:
    """Timers that nobody fires, and a checkpoint that nobody writes, each with what to do."""
    sandbox("demo", "load", "--patients", "1", "--months", "1")
    sandbox("tick")
    sandbox("clock", "advance", "P60D")
    checks = {check["name"]: check for check in sandbox.json("doctor", code=1)["checks"]}
    late = {name for name in ("timers", "checkpoint age", "incidents", "disk") if not checks[name]["ok"]}
    assert late == {"timers", "checkpoint age"}
    assert "throughline worker" in checks["timers"]["hint"]
    assert " d " in checks["timers"]["found"]


def test_the_doctor_measures_the_database(sandbox: Throughline, db: Database) -> None:
    """How quickly it answers; of PostgreSQL its clock, its connections and the queue in it, too."""
    checks = {check["name"]: check["ok"] for check in sandbox.json("doctor", code=1)["checks"]}
    assert checks["database latency"]
    of_server = ("clocks", "database connections", "queue", "workers")
    assert [checks.get(name) for name in of_server] == [True if db.dialect == "postgresql" else None] * 4


def test_a_key_that_others_may_read_is_found(sandbox: Throughline) -> None:
    """The hint is the command that mends it."""
    sandbox("tick")
    key = Path(sandbox.env["THROUGHLINE_DATA_DIR"]) / "signing.key"
    key.chmod(0o644)
    found = next(check for check in sandbox.json("doctor", code=1)["checks"] if check["name"] == "signing key")
    assert not found["ok"]
    assert f"chmod 600 {key}" in found["hint"]


def test_a_misspelt_command_is_guessed(new_throughline: Throughline) -> None:
    """Exit code 2 with a suggestion."""
    assert "did you mean 'tick'" in new_throughline("tik", code=2).stderr


def test_help_lists_every_command(new_throughline: Throughline) -> None:
    """The list is complete and each has a sentence."""
    listed = new_throughline("--help").stdout
    assert all(f"  {name}" in listed for name in COMMANDS)


def test_feel_needs_no_web_framework() -> None:
    """A command imports what it uses: the short ones start quickly."""
    program = "import sys, cli.main; cli.main.main.get_command(None, 'feel'); print('flask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "False\n"
