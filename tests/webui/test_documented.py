"""docs/ui.md names every address and every key."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "ui.md").read_text(encoding="utf-8")


def test_every_page_is_documented(app: Flask) -> None:
    """Each route stands in the table of addresses."""
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("pages.")}
    assert [rule for rule in sorted(rules) if f"`{rule}`" not in TEXT] == []


def test_every_key_is_documented() -> None:
    """Those of the script, those of the rail, and the dialog names them too."""
    script = (ROOT / "webui" / "static" / "js" / "keys.js").read_text(encoding="utf-8")
    acts = re.search(r"const ACTS = \{(.*?)\n\};", script, re.DOTALL)
    assert acts is not None
    keys = {each.strip("'") for each in re.findall(r"^  ('?.'?): ", acts[1], re.MULTILINE)}
    dialog = (ROOT / "webui" / "templates" / "partials" / "_keys.html").read_text(encoding="utf-8")
    assert keys >= {"j", "k", "a", "s", "/"}
    assert [key for key in sorted(keys) if f"`{key}`" not in TEXT or f"<kbd>{key}</kbd>" not in dialog] == []
