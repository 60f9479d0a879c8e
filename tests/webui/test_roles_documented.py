"""Who may do what: the tables of docs/ui.md and docs/api.md say the same as the marks in the code."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from webui.access import (
    AUDITORS,
    DIRECTORS,
    EVERYONE,
    IMPORTERS,
    OVERSEERS,
    PUBLIC,
    STUDIO_READERS,
    WORKERS,
    allowed_roles,
)
from webui.api.endpoints import ENDPOINTS

ROOT = Path(__file__).resolve().parents[2]
WHO = {
    "anybody": PUBLIC,
    "everyone": EVERYONE,
    "care team": WORKERS,
    "directors and auditors": STUDIO_READERS,
    "directors": DIRECTORS,
    "auditors": AUDITORS,
    "overseers": OVERSEERS,
    "importers": IMPORTERS,
}


def _rows(page: str) -> list[list[str]]:
    """The cells of every row of a page's tables whose first cell begins with an address or a call."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = re.findall(r"^\| (`(?:/|GET|POST).*) \|$", text, re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in found]


def _roles(cell: str) -> set[frozenset[str]]:
    """Each part between semicolons begins with who: "directors and auditors; directors to save"."""
    parts = [part.strip() for part in cell.split(";")]
    known = [next((WHO[who] for who in WHO if re.match(rf"{who}\b", part)), None) for part in parts]
    assert None not in known, f"{cell}: say one of {', '.join(WHO)}"
    return {roles for roles in known if roles is not None}


def _braced(path: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)


def test_the_pages_are_for_whom_the_table_says(app: Flask) -> None:
    """Every address with every method."""
    marks: dict[str, set[frozenset[str]]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("pages."):
            marks.setdefault(rule.rule, set()).add(allowed_roles(app.view_functions[rule.endpoint]) or PUBLIC)
    told: dict[str, set[frozenset[str]]] = {}
    for first, *_, who in _rows("ui.md"):
        addresses = re.findall(r"`(/[^`?]*)`", first)
        for address in addresses:
            told[address] = _roles(who)
            if len(addresses) > 1 and len(told[address]) > 1:  # one "for" each, in their order
                told[address] = _roles(who.split(";")[addresses.index(address)])
    assert {rule: roles for rule, roles in marks.items() if told.get(rule) != roles} == {}


def test_the_calls_are_for_whom_the_table_says() -> None:
    """Every call of the API."""
    marks = {f"{each.method} {_braced(each.path)}": each.roles for each in ENDPOINTS}
    told = {
        call: _roles(cells[-1])
        for cells in _rows("api.md")
        if len(cells) == 4  # the table of calls
        for call in re.findall(r"`((?:GET|POST) /[^`]*)`", cells[0])
    }
    assert {call: roles for call, roles in marks.items() if told.get(re.sub(r"\?.*", "", call)) != {roles}} == {}
