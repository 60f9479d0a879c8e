"""The front end: what it is built from, and that pages find what was built."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from tests.webui.builders import Visit
from webui import assets
from webui.words import KIND_WORDS

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "webui" / "templates"


def test_the_lock_pins_every_package_and_names_no_host() -> None:
    """Each has its version and its hash; where it comes from is the machine's business."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert all(each["version"] and each["integrity"].startswith("sha512-") for each in packages.values())
    assert not any("resolved" in each for each in packages.values())


def test_the_packages_are_named_with_exact_versions() -> None:
    """The same front end tomorrow."""
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    versions = package["dependencies"] | package["devDependencies"]
    assert [each for each in versions.values() if not re.fullmatch(r"\d+\.\d+\.\d+", each)] == []


def test_every_icon_that_a_page_draws_is_in_the_sprite() -> None:
    """Each kind of task has one."""
    icons = set(json.loads((ROOT / "tools" / "frontend" / "icons.json").read_text(encoding="utf-8")))
    drawn = {
        name
        for file in TEMPLATES.rglob("*.html")
        for name in re.findall(r"""icon\(["'](\w+)["']\)""", file.read_text(encoding="utf-8"))
    }
    assert drawn | set(KIND_WORDS) <= icons


def test_every_script_and_style_of_a_page_is_served(dana: Visit) -> None:
    """For good: the name changes with the content."""
    page = dana.get("/day")
    addresses = [each.get("src") for each in page.all("script")] + [each.get("href") for each in page.all("link")]
    assert len(addresses) >= 3
    for address in addresses:
        answer = dana.client.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_missing_front_end_says_what_to_do(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anybody wonders why the page is bare."""
    monkeypatch.setattr(assets, "DIST", tmp_path)
    answer = app.test_client().get("/sign-in")
    assert answer.status_code == 500
    assert "make install" in answer.text
