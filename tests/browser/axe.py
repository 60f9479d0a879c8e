"""What axe-core finds on a page, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

Scheme = Literal["light", "dark"]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# In the dark colours change and nothing else: there only those of axe's rules that look at colours have news.
SCHEMES: tuple[Scheme, ...] = ("dark", "light")
RULES: dict[Scheme, dict[str, Any]] = {
    "light": {},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}


def findings(page: Page) -> list[str]:
    """What axe finds on the page as it stands, in either scheme: scheme, rule and element.

    The page is in light again afterwards.
    """
    if not AXE.is_file():
        pytest.skip(f"{AXE} is not installed; 'make install' brings it")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return [f"in {scheme}, {each}" for scheme in SCHEMES for each in _findings(page, scheme)]


def _findings(page: Page, scheme: Scheme) -> Iterator[str]:
    page.emulate_media(color_scheme=scheme)
    found = page.evaluate("rules => axe.run({resultTypes: ['violations'], ...rules})", RULES[scheme])
    assert found["passes"], "axe looked at nothing"
    for each in found["violations"]:
        for node in each["nodes"]:
            yield f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
