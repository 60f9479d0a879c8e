"""docs/security.md answers every requirement once, and what it names as shown is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
# The requirements of levels 1 and 2 by number, of OWASP ASVS 5.0.0.
REQUIRED = (HERE / "asvs-5.0-level-2.txt").read_text(encoding="utf-8").split()
ANSWERS = {"yes", "partly", "no", "operator", "n/a"}
PARAGRAPHS = ("(a)(1)", "(a)(2)(i)", "(a)(2)(ii)", "(a)(2)(iii)", "(a)(2)(iv)", "(b)", "(c)(1)", "(c)(2)", "(d)",
              "(e)(1)", "(e)(2)(i)", "(e)(2)(ii)")  # fmt: skip


def rows(beginning: str) -> list[list[str]]:
    """The cells of the rows whose first cell fits."""
    found = re.findall(r"^\| (.*) \|$", TEXT, re.MULTILINE)
    cells = [[cell.strip() for cell in row.split(" | ")] for row in found]
    return [row for row in cells if re.match(beginning, row[0])]


def requirements() -> list[list[str]]:
    return rows(r"\d+\.\d+\.\d+")


def test_every_requirement_is_answered_once() -> None:
    """253 of levels 1 and 2, and no number that the standard does not have there."""
    told = Counter(each.strip() for row in requirements() for each in row[0].split(","))
    assert len(REQUIRED) == 253
    assert {each: times for each, times in told.items() if times > 1} == {}
    assert sorted(set(REQUIRED) - told.keys()) == []
    assert sorted(told.keys() - set(REQUIRED)) == []


def test_every_answer_is_one_and_says_why_or_where() -> None:
    """A yes names what shows it, all else says what is missing or who sees to it."""
    for number, answer, words, *shown in requirements():
        assert answer in ANSWERS, number
        assert words, number
        if answer in ("yes", "partly", "no") and not number.startswith("1.4.1"):  # memory is the language's
            assert "`" in " ".join(shown), number


def test_every_paragraph_of_the_rule_is_answered() -> None:
    """45 CFR 164.312 (a) to (e), each standard and specification, with its kind."""
    told = rows(r"\([a-e]\)")
    assert [row[0].split(" ")[0] for row in told] == list(PARAGRAPHS)
    assert {row[1] for row in told} == {"standard", "required", "addressable"}
    assert all("`" in row[3] for row in told)


def test_what_is_named_is_there() -> None:
    """Each file, and each test in its file."""
    named = set(re.findall(r"`((?:[\w./-]+/)?[\w.-]+\.(?:py|md|js|html|json|toml))(?:::(\w+))?`", TEXT))
    assert len(named) > 80
    for path, test in named:
        file = HERE / path if path.startswith("test_") else ROOT / path
        assert file.is_file(), path
        if test:
            assert f"def {test}(" in file.read_text(encoding="utf-8"), f"{path}::{test}"
