"""Decision tables for the tests of their analysis: built from rows, or drawn at random with all inputs that matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Final

from hypothesis import strategies as st

from engine.dmn import DecisionTable, HitPolicy, Input, Output, Rule
from engine.dmn.types import ANY, BASE_TYPES
from engine.feel import Value, compile_expression, compile_unary_tests

NO_FACTS: Final[Mapping[str, Value]] = MappingProxyType({})


def a_table(
    *rows: tuple[str, ...],
    columns: Sequence[str] = ("Age:number",),
    policy: HitPolicy = HitPolicy.UNIQUE,
    priorities: tuple[Value, ...] = (),
    default: str = "",
) -> DecisionTable:
    """A table of rows with one output; a column is `label:type:allowed values`, read from a fact of that label."""
    inputs = [_column(*column.split(":")) for column in columns]
    rules = [
        Rule(f"r{index}", index, tuple(map(compile_unary_tests, row[:-1])), (compile_expression(row[-1]),), "")
        for index, row in enumerate(rows, 1)
    ]
    output = Output("action", "", priorities, compile_expression(default) if default else None)
    return DecisionTable("t", "t", policy, tuple(inputs), (output,), tuple(rules))


def _column(label: str, type_: str = "", allowed: str = "", fact: str = "") -> Input:
    accepts = compile_unary_tests(allowed) if allowed else None
    return Input(label, compile_expression(fact or label.lower()), type_, accepts, BASE_TYPES.get(type_, ANY))


@dataclass(frozen=True, slots=True)
class Domain:
    """Cells to draw from, and the values at, between and around all their bounds."""

    column: str
    cells: tuple[str, ...]
    samples: tuple[str, ...]
    allowed: tuple[str, ...] = ("",)

    @property
    def values(self) -> list[Value]:
        return [compile_expression(sample).evaluate({}) for sample in (*self.samples, "null")]


_NUMBERS = (
    "-", "null", "< 2", "<= 2", "> 1", ">= 1", "1", "2", "not(1)", "not([1..2])", "[1..2]", "]1..2[", "(1..2.5]",
    "1, 2.5", "< 1, > 2", "? > 1 and ? < 2.5", "? != 2", "not(null)", "[1, [2..2.5]]", "? between 1 and 2", "2 <= ?",
    "not(? < 2)", "if ? > 1 then ? < 2 else false", "? in (1, > 2)", "null, 1", '"a"', "1 = 1",
)  # fmt: skip
DOMAINS = (
    Domain("number", _NUMBERS, ("0", "1", "1.5", "2", "2.2", "2.5", "3"), ("", "[1..2.5]", "1, 2, 2.5")),
    Domain("integer", _NUMBERS, ("0", "1", "2", "3", "4"), ("", ">= 0", "[1..3]")),
    Domain("", ("-", "1", '"a"', "< 1", 'not("a")', "not(1)", "true"), ("0", "1", "2", '"a"', '"b"', "true", "false"),
           ('[0..2], "a", "b", true, false',)),
    Domain("string", ("-", '"a"', '"b"', 'not("a")', 'not("a", "b")', '"a", "b"', '? = "a"', '["b", "c"]', "null"),
           ('"a"', '"b"', '"c"', '"d"'), ("", '"a", "b"')),
    Domain("boolean", ("-", "true", "false", "?", "not(?)", "not(true)", "? = false or ? = null"), ("true", "false")),
    Domain("date", ("-", '@"2026-01-01"', '> @"2026-01-01"', '<= date("2026-01-01")', '> date("2026-01-02")',
                    'not(@"2026-01-02")', '[@"2026-01-01"..@"2026-01-03")'),
           tuple(f'@"{day}"' for day in ("2025-12-31", "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"))),
    Domain("dayTimeDuration", ("-", '< @"P1D"', 'duration("P1D")', '> @"PT24H"', "null"),
           ('@"PT1H"', '@"P1D"', '@"P2D"')),
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> tuple[DecisionTable, list[tuple[Value, ...]]]:
    """A table, and every sample input that its columns take."""
    domains = draw(st.lists(st.sampled_from(DOMAINS), min_size=1, max_size=3))
    facts = [draw(st.sampled_from(["", "x"])) if domain is domains[0] else "" for domain in domains]
    columns = [
        f"C{place}:{domain.column}:{draw(st.sampled_from(domain.allowed))}:{facts[place]}"
        for place, domain in enumerate(domains)
    ]
    row = st.tuples(*(st.sampled_from(domain.cells) for domain in domains), st.sampled_from(['"a"', '"b"']))
    rows = draw(st.lists(row, max_size=6))
    policy = draw(st.sampled_from([HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST, HitPolicy.PRIORITY]))
    table = a_table(*rows, columns=columns, policy=policy, priorities=("b", "a"))
    return table, [values for values in product(*(domain.values for domain in domains)) if takes(table, values)]


def takes(table: DecisionTable, values: Sequence[Value]) -> bool:
    facts: dict[str, Value] = {}
    for column, value in zip(table.inputs, values, strict=True):
        if facts.setdefault(column.expression.source, value) is not value:
            return False
        if value is not None and column.accepts is not None and not column.accepts.holds(value, {}):
            return False
    return True


def matching(table: DecisionTable, values: Sequence[Value], facts: Mapping[str, Value] = NO_FACTS) -> tuple[int, ...]:
    """The rows that match an input, one cell after the other."""
    return tuple(
        rule.index
        for rule in table.rules
        if all(cell.holds(value, facts) for cell, value in zip(rule.tests, values, strict=True))
    )
