"""The page on lint has every rule, and every rule has a test file of its name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.lint import RULES

ROOT = Path(__file__).parents[3]
HEADINGS = re.findall(
    r"^### `([\w-]+)`$", (ROOT / "docs" / "lint.md").read_text(encoding="utf-8"), re.MULTILINE
)
NAMES = [rule.name for rule in RULES]
# Found before any rule for diagrams can look, and in the tables themselves.
OF_FILES = ["readable", "xml", "decision"]
OF_TABLES = [
    "decision-overlap",
    "decision-gap",
    "decision-missing-value",
    "decision-unreached",
    "decision-unfinished",
]


def test_the_page_has_every_rule_once() -> None:
    """And none that does not exist."""
    assert sorted(HEADINGS) == sorted([*NAMES, *OF_FILES, *OF_TABLES])


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_has_a_test_file_and_a_source_file_of_its_name(name: str) -> None:
    """One rule, one file, one test file."""
    module = name.replace("-", "_")
    assert (ROOT / "engine" / "lint" / "rules" / f"{module}.py").is_file()
    assert (Path(__file__).parent / f"test_{module}.py").is_file()


def test_each_rule_says_what_it_is_for() -> None:
    """In a sentence of its own."""
    purposes = [rule.purpose for rule in RULES]
    assert all(purpose.endswith(".") for purpose in purposes)
    assert len(set(purposes)) == len(purposes)
