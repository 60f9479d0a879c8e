"""Our own conformance cases: a `.feel` file, read as its variables and its cases of one line each.

First lines `name = expression` are variables. A case is `expression → expected expression`, or, for a cell of a
decision table, `value ~ unary tests → true|false|null`. `refused` is expected of what cannot be read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from engine.feel import FeelError, Value, compile_expression, compile_unary_tests, long_names

FOLDER: Final = Path(__file__).parent
REFERENCE: Final = Path(__file__).parents[4] / "docs" / "expressions.md"
ARROW: Final = " → "
TILDE: Final = " ~ "
REFUSED: Final = "refused"


@dataclass(frozen=True)
class Facts:
    """What the cases of one file or page may name, each as the expression that gives it."""

    written: tuple[tuple[str, str], ...]

    @cached_property
    def values(self) -> dict[str, Value]:
        return {name: evaluated(source) for name, source in self.written}

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(self.values) | frozenset(long_names(self.values))


NO_FACTS: Final = Facts(())


@dataclass(frozen=True, slots=True)
class Case:
    """One line: what is evaluated over which facts, and what the standard says it gives.

    `tests` is None but for a case of unary tests, whose input is `source`.
    """

    line: str
    facts: Facts
    source: str
    tests: str | None
    expected: str

    @property
    def question(self) -> str:
        """The line without what is expected."""
        return self.line.rpartition(ARROW)[0]

    def answer(self) -> Value:
        """What our engine gives; FeelError where it refuses the text."""
        if self.tests is None:
            return evaluated(self.source, self.facts)
        tests = compile_unary_tests(self.tests, names=self.facts.names)
        return tests.holds(evaluated(self.source, self.facts), self.facts.values)

    def expected_value(self) -> Value:
        """What the line promises. Of unary tests null and false are one answer: the cell does not accept."""
        value = evaluated(self.expected)
        return value is True if self.tests is not None else value


def evaluated(source: str, facts: Facts = NO_FACTS) -> Value:
    """The value of an expression that may name the facts."""
    return compile_expression(source, names=facts.names).evaluate(facts.values)


def refused(case: Case) -> bool:
    """Whether our engine says that the text of a case is no expression."""
    try:
        case.answer()
    except FeelError:
        return True
    return False


def all_cases() -> Iterator[Case]:
    """The cases of every file, in the order of the files' names."""
    for file in sorted(FOLDER.glob("*.feel")):
        yield from cases_of(file.read_text(encoding="utf-8"))


def documented_cases() -> Iterator[Case]:
    """The examples on the reference page, which read the facts that it gives."""
    facts = Facts(tuple(_variable(line) for line in _blocks("feel-facts")))
    for line in _blocks("feel"):
        yield case_of(line, facts)


def _blocks(kind: str) -> list[str]:
    blocks = re.findall(rf"^```{kind}\n(.*?)^```$", REFERENCE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def cases_of(text: str) -> Iterator[Case]:
    """The cases of one file's text."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    facts = Facts(tuple(_variable(line) for line in lines if ARROW not in line))
    for line in lines:
        if ARROW in line:
            yield case_of(line, facts)


def case_of(line: str, facts: Facts) -> Case:
    """The case that a line with an arrow states."""
    left, _, expected = line.rpartition(ARROW)
    source, tilde, tests = left.partition(TILDE)
    return Case(line, facts, source, tests if tilde else None, expected)


def _variable(line: str) -> tuple[str, str]:
    name, equals, source = line.partition(" = ")
    if not equals:
        raise ValueError(f"'{line}' is neither a case nor a variable; write `expression → expected` or `name = value`")
    return name, source
