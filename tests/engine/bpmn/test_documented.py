"""The page on BPMN support names every element that lint knows, and each test that it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from engine.lint.rules.supported_elements import DRAWN, REFUSED, RUN

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "bpmn-support.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and line.count("|") == 6 and not line.startswith(("|---", "| element"))
]
STATUS = {
    (name, status)
    for element, status, *_ in ROWS
    for name in re.findall(r"`(\w+)`", element.split("(", 1)[0])
}
TESTS = sorted(set(re.findall(r"`((?:bpmn|lint)/\w+\.py::\w+)`", PAGE)))


@pytest.mark.parametrize(
    ("name", "status"),
    [(n, s) for names, s in ((RUN, "run"), (DRAWN, "drawn"), (REFUSED, "refused")) for n in sorted(names)],
)
def test_an_element_that_lint_knows_is_in_the_table(name: str, status: str) -> None:
    """With what is done with it."""
    assert (name, status) in STATUS


def test_an_element_has_one_status() -> None:
    """Nothing is said to be run in one row and refused in another."""
    assert len({name for name, _ in STATUS}) == len(STATUS)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_row_says_behaviour_section_and_test(row: list[str]) -> None:
    """Five cells, none of them empty."""
    _, status, behaviour, section, test = row
    assert status in ("run", "drawn", "refused")
    assert behaviour
    assert re.fullmatch(r"\d+(\.\d+)*(, \d+(\.\d+)*)*", section)
    assert re.fullmatch(r"`(bpmn|lint)/\w+\.py::\w+`", test)


@pytest.mark.parametrize("test", TESTS)
def test_a_test_that_the_page_names_exists(test: str) -> None:
    """In its file, under tests/engine."""
    path, name = test.split("::")
    tree = ast.parse((ROOT / "tests" / "engine" / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_each_file_that_the_page_names_exists() -> None:
    """The mended places can be found."""
    named = set(re.findall(r"`(engine/bpmn/\w+\.py)`", PAGE))
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).is_file()] == []
