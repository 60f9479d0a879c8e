"""The built front end: which file of webui/static/dist stands for which name."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import g, url_for

from engine.errors import ThroughlineError

DIST = Path(__file__).resolve().parent / "static" / "dist"


class FrontEndMissing(ThroughlineError):
    """The front end was not built, or a name is not in it."""

    code = "front-end-missing"


def asset(name: str) -> str:
    """The address of a built file ("app.js", "style.css"); raises FrontEndMissing."""
    known = g.setdefault("assets", {})  # a list asks for the same icons a hundred times
    if name not in known:
        known[name] = _address(name)
    return str(known[name])


def _address(name: str) -> str:
    names = _manifest(DIST / "manifest.json")
    if name not in names:
        raise FrontEndMissing(f"the front end has no '{name}'; build it again with 'make install'")
    return url_for("static", filename=names[name])


@cache
def _manifest(file: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise FrontEndMissing(f"{file} is missing: build the front end with 'make install'") from error
    return found
