"""Every module of the project: it opens with a sentence, stays short and reads no clock of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bench", "care", "cli", "engine", "interop", "migrations", "tests", "tools", "webui", "worklists")
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "node_modules" not in path.parts
)
LONGEST = 500
# datetime.now, date.today, time.time and their kin, and sleeping; monotonic clocks measure and are allowed.
WALL_CLOCK = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
              ("time", "time"), ("time", "sleep")}  # fmt: skip
THE_CLOCK = "engine/clock.py"
LEFT_OVER = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "NotImplemented" + "Error")))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_opens_with_a_sentence_that_says_what_it_is_for(module: str) -> None:
    """Whoever opens the file knows in one line why it is there."""
    text = (ROOT / module).read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text)) or ""
    assert docstring.split("\n\n")[0].strip().endswith((".", "?", ":", "!")), f"{module} opens without a sentence"


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_short_and_finished(module: str) -> None:
    """At most 500 lines, nothing marked as left to do."""
    text = (ROOT / module).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert not re.search(rf"\b({LEFT_OVER.pattern})\b", text)


def test_only_the_clock_reads_the_wall_clock() -> None:
    """Time is passed in, so that a year can be walked in a minute."""
    found = [f"{module}:{line}" for module in MODULES if module != THE_CLOCK for line in _wall_clock(module)]
    assert found == []


def _wall_clock(module: str) -> Iterator[int]:
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value
            name = of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""
            if (name, node.func.attr) in WALL_CLOCK:
                yield node.lineno


def test_no_error_is_caught_without_being_named() -> None:
    """`except Exception` that does not raise again swallows what nobody foresaw."""
    found = [f"{module}:{line}" for module in MODULES for line in _broad_excepts(module)]
    assert found == []


def _broad_excepts(module: str) -> Iterator[int]:
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            broad = node.type is None or (
                isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
            )
            if broad and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node)):
                yield node.lineno
