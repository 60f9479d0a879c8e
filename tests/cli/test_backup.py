"""`throughline backup`: what an operator types, and is told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.store.database import Database
from tests.cli.conftest import Throughline

on_sqlite = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@on_sqlite
def test_a_backup_is_made_verified_and_put_back(
    sandbox: Throughline, db: Database, add_patient: Callable[[], str], tmp_path: Path
) -> None:
    """The three commands in their order; the private keys stay behind, and it says so."""
    add_patient()
    db.dispose()  # the test's own connection
    sandbox("checkpoints", "write")
    made = sandbox("backup", "create", "--to", str(tmp_path / "safe"))
    assert "holds no private key" in made.stdout
    file = next((tmp_path / "safe").glob("*.zip"))
    assert "is whole" in sandbox("backup", "verify", str(file)).stdout
    assert sandbox.json("backup", "verify", "--quick", str(file))["was_put_back"] is False
    assert "--force" in sandbox("backup", "restore", str(file), code=2).stderr
    done = sandbox.json("backup", "restore", "--force", str(file))
    assert done["ok"] is True
    assert Path(done["kept"]).exists()
    assert sandbox.json("clock", "show")["sandbox"] is True


def test_what_is_no_backup_is_said_to_be_none(new_throughline: Throughline, tmp_path: Path) -> None:
    """Exit code 1, in words and without a stack trace; nothing is made where the database would stand."""
    (tmp_path / "notes.zip").write_text("not a zip")
    assert "not a whole backup" in new_throughline("backup", "restore", str(tmp_path / "notes.zip"), code=1).stderr
    assert "no database" in new_throughline("backup", "create", code=1).stderr
    assert "no file" in new_throughline("backup", "verify", str(tmp_path / "none.zip"), code=1).stderr
    assert new_throughline.json("db", "check", code=1)["current"] is False


@on_sqlite
def test_a_full_disk_is_told_and_leaves_nothing(sandbox: Throughline, tmp_path: Path) -> None:
    """The operating system lets the process write 200 KB a file, and no more: as a disk does that is full."""
    safe = tmp_path / "safe"
    call = f'{sys.executable} -c "from cli.main import main; main()" backup create --to {safe}'
    done = subprocess.run(
        ["sh", "-c", f"ulimit -f 400; exec {call}"],
        env={**os.environ, **sandbox.env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "nothing is left half done" in done.stderr
    assert [each.name for each in safe.iterdir()] == [".throughline-backup.lock"]
