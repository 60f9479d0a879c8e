"""The floors of the house: what imports what is checked, not hoped for."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_floor_imports_only_floors_below_it() -> None:
    """The contracts in pyproject.toml hold."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": "."})
    assert done.returncode == 0, done.stdout


def test_feel_imports_nothing_of_the_project_but_itself() -> None:
    """The expression language could be taken out and used elsewhere."""
    own = ("bench", "care", "cli", "interop", "migrations", "webui", "worklists")
    for file in (ROOT / "engine" / "feel").rglob("*.py"):
        for name in _imported(file):
            assert not name.startswith(own), f"{file} imports {name}"
            assert not name.startswith("engine") or name.startswith("engine.feel"), f"{file} imports {name}"


def _imported(file: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return names
