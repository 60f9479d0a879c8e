"""The lock files: exact versions with hashes, and no address of anybody's index."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")
_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^ ;\\]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    """Names and versions of a lock file."""
    found = _PINNED.findall((ROOT / lock).read_text(encoding="utf-8"))
    return {_plain(name): version for name, version in found}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_version_and_hashes(lock: str) -> None:
    """What is installed is what was looked at."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / lock).read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines
    for line in lines:
        assert _PINNED.match(line), line
        assert "--hash=sha256:" in line, line


@pytest.mark.parametrize("lock", [*LOCKS, "package-lock.json"])
def test_a_lock_names_no_host(lock: str) -> None:
    """Where packages come from is the machine's own business."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"--index-url|--extra-index|--find-links|\"resolved\"", text)
    if lock.endswith(".lock"):
        assert "://" not in text


def test_the_locks_hold_what_the_project_asks_for() -> None:
    """A dependency that was added is locked."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for lock, wanted in zip(
        LOCKS, (project["dependencies"] + extras["build"], extras["dev"], extras["node"]), strict=True
    ):
        names = {_plain(re.split(r"[^A-Za-z0-9._-]", each)[0]) for each in wanted}
        assert names <= set(pins(lock)), lock


def test_a_package_has_one_version() -> None:
    """The runtime's and the tests' locks agree."""
    runtime, dev = pins(LOCKS[0]), pins(LOCKS[1])
    assert {name: runtime[name] for name in runtime.keys() & dev.keys()} == {
        name: dev[name] for name in runtime.keys() & dev.keys()
    }


def test_front_end_packages_have_exact_versions() -> None:
    """package.json pins what package-lock.json locks."""
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for kind in ("dependencies", "devDependencies"):
        for name, version in package.get(kind, {}).items():
            assert re.fullmatch(r"\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?", version), f"{name} {version}"
