"""Makes a fixture of the migrations' tests: a small demo as a commit's own code leaves it, with its own revisions.

    .venv/bin/python tools/migration_fixture.py 0004c 2c7188c

writes `tests/migrations/data/0004c.json.xz` from a worktree of the commit, with the packages that are installed now.
To be run when a revision has landed, and before its text is changed again (docs/upgrading.md).
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TO = ROOT / "tests" / "migrations" / "data"
# What is done after the demo, so that more tables have rows.
ALSO = (
    ("tokens", "create", "--user", "dana@demo.example"),
    ("organisations", "create", "north", "--name", "North Clinic"),
    ("history", "show", "p1-msk-1"),
    ("history", "export", "p1-msk-1", "--format", "json", "--output", os.devnull),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="what the fixture is called: the revision, and a letter where it had more forms")
    parser.add_argument("commit", help="whose code makes it")
    parser.add_argument("--patients", type=int, default=4)
    parser.add_argument("--months", type=int, default=2)
    given = parser.parse_args()
    with worktree(given.commit) as (code, data):
        env = {**os.environ, "PYTHONPATH": str(code), "THROUGHLINE_DATA_DIR": str(data)}
        size = ("--patients", str(given.patients), "--months", str(given.months))
        for number, arguments in enumerate([("demo", "prepare", *size), *ALSO]):
            command = [sys.executable, "-c", "from cli.main import main; main()", *arguments]
            # What a commit has no command for leaves its tables empty.
            subprocess.run(command, cwd=code, env=env, check=number == 0, stdout=subprocess.DEVNULL)
        content = {"commit": given.commit, **of_code(code), **of_data(data)}
    TO.mkdir(parents=True, exist_ok=True)
    file = TO / f"{given.name}.json.xz"
    # No time and no name in it: the same content gives the same bytes.
    file.write_bytes(lzma.compress(json.dumps(content, sort_keys=True).encode(), preset=9))
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size} bytes")


@contextmanager
def worktree(commit: str) -> Iterator[tuple[Path, Path]]:
    """The commit's code, and a folder for its data; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="throughline-fixture-") as folder:
        code, data = Path(folder) / "code", Path(folder) / "data"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", code, commit], cwd=ROOT, check=True)
        try:
            yield code, data
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", code], cwd=ROOT, check=True)


def of_code(code: Path) -> dict[str, Any]:
    """The revisions as the commit has them, with what they read: a form that was changed later stands nowhere else."""
    folder = code / "migrations"
    files = {"revisions": sorted((folder / "versions").glob("r*.py")), "beside_revisions": sorted(folder.glob("*.sql"))}
    return {kind: {file.name: file.read_text(encoding="utf-8") for file in found} for kind, found in files.items()}


def of_data(data: Path) -> dict[str, Any]:
    """Every row of every table, and what stands beside the database and can be verified with: no private key."""
    beside = [*data.glob("checkpoints/*.json"), *data.glob("signing.keys/*.pem")]
    with closing(sqlite3.connect(data / "throughline.db")) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        tables = {name: rows_of(connection, name) for (name,) in connection.execute(query).fetchall()}
    return {
        "tables": {name: rows for name, rows in tables.items() if rows["rows"]},
        "files": {file.relative_to(data).as_posix(): file.read_text(encoding="utf-8") for file in sorted(beside)},
    }


def rows_of(connection: sqlite3.Connection, table: str) -> dict[str, Any]:
    """A table's columns and rows, as SQLite keeps them; bytes as {"hex": text}, for JSON has none."""
    found = connection.execute(f"SELECT * FROM {table}")
    rows = [[{"hex": each.hex()} if isinstance(each, bytes) else each for each in row] for row in found]
    return {"columns": [column[0] for column in found.description], "rows": rows}


if __name__ == "__main__":
    main()
