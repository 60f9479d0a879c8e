"""A cell becomes intervals: which values its column tells apart, which of them it accepts, and a plain one of each."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn.completeness.axes import bits, runs, span
from engine.dmn.completeness.effort import Effort
from engine.dmn.completeness.layout import layout_of
from engine.dmn.intervals import COUNT, DATE, DAYS, INSTANT, MONTHS, NUMBER, WHOLE, Kind, Stretch, value_in
from engine.feel import Value, compile_expression, to_text
from tests.engine.dmn.completeness_tables import a_table


def between(kind: Kind, low: str | None, high: str | None) -> Value:
    first, last = (None if text is None else kind.key(compile_expression(text).evaluate({})) for text in (low, high))
    return value_in(kind, Stretch(first, last))


def accepted(type_: str, *cells: str, fact: str = "") -> str:
    """The values that the first of some cells of a column accepts, in words."""
    column = f"It:{type_}::{fact}"
    layout = layout_of(a_table(*((cell, "1") for cell in cells), columns=(column,)), Effort(10_000))
    return layout.dimensions[0].words(layout.possible.boxes[0][0]).removeprefix("It ")


@pytest.mark.parametrize(
    ("type_", "cell", "words"),
    [
        ("number", "-5", "= -5"),
        ("number", "]3..5[", "in (3..5)"),
        ("number", "< 3, [5..7), 9", "< 3 or in [5..7) or = 9"),
        ("number", "not([3..5])", "< 3 or > 5"),
        ("number", "? > 3 and ? < 5", "in (3..5)"),
        ("number", "[1, 3, [2..3)]", "= 1 or in [2..3]"),
        ("number", "not(null)", "is any number"),
        ("number", "null, > 2 * 2", "> 4 or is missing"),
        ("integer", "(3..5)", "= 4"),
        ("integer", "> 2.5", ">= 3"),
        ("string", '"b", "a"', 'in ("b", "a")'),
        ("string", '? != "a" and not(? = null)', 'other than "a"'),
        ("boolean", "not(?)", "= false"),
        ("date", '[date("2026-01-01")..@"2026-01-31")', 'in [@"2026-01-01"..@"2026-01-30"]'),
        ("dateTime", '> @"2026-01-01T01:00:00+01:00"', '> @"2026-01-01T00:00:00Z"'),
        ("time", '<= @"08:00:00"', '<= @"08:00:00"'),
        ("dayTimeDuration", '> duration("P21D")', '> @"P21D"'),
        ("yearMonthDuration", '(@"P1M"..@"P1Y")', 'in [@"P2M"..@"P11M"]'),
    ],
)
def test_a_cell_accepts_what_it_says(type_: str, cell: str, words: str) -> None:
    """Bounds are exact, and whole numbers, days and months have neighbours."""
    assert accepted(type_, cell) == words


def test_a_count_is_a_whole_number_from_nought() -> None:
    """So `< 1` is no scores at all, and nothing lies below."""
    assert accepted("number", "< 1", "> -1", fact="count(scores)") == "= 0"


def test_the_cells_of_a_column_say_what_it_holds_when_it_has_no_type() -> None:
    """Numbers and text here; a number is none of the listed texts, nor another one."""
    assert accepted("", "< 3", '"a"') == "< 3"
    assert accepted("", '"a", 3', "5") == '= 3 or = "a"'


@pytest.mark.parametrize(
    ("kind", "low", "high", "value"),
    [
        (NUMBER, "17", "18", "17.5"),
        (NUMBER, "17", "20", "18"),
        (NUMBER, "0", "0.01", "0.005"),
        (NUMBER, "1", "1.000000000000000000000000000000001", None),
        (NUMBER, "65", None, "66"),
        (NUMBER, None, "0.5", "0"),
        (NUMBER, None, None, "0"),
        (WHOLE, "17", "18", None),
        (WHOLE, "16.5", "18", "17"),
        (COUNT, None, "0", None),
        (COUNT, None, "5", "4"),
        (DATE, '@"2026-01-01"', '@"2026-01-02"', None),
        (DATE, '@"9999-12-31"', None, '@"10000-01-01"'),
        (DAYS, '@"P21D"', None, '@"P22D"'),
        (DAYS, '@"PT1H"', '@"PT2H"', '@"PT1H1M"'),
        (INSTANT, '@"2026-01-01T10:00:00Z"', None, '@"2026-01-02T00:00:00Z"'),
        (MONTHS, None, '@"P1Y"', '@"P11M"'),
    ],
)
def test_between_two_bounds_a_plain_value_is_found(
    kind: Kind, low: str | None, high: str | None, value: str | None
) -> None:
    """A whole number or a full day where there is one; none where no value lies between."""
    found = between(kind, low, high)
    assert (None if found is None else to_text(found)) == value


@given(st.decimals(-100, 100, places=3), st.decimals(-100, 100, places=3))
def test_a_value_found_between_numbers_lies_between_them(first: Decimal, second: Decimal) -> None:
    """Whatever the two are, unless they are the same."""
    low, high = sorted((first, second))
    found: Value = value_in(NUMBER, Stretch(low, high))
    assert (found is None) == (low == high)
    assert not isinstance(found, Decimal) or low < found < high


@given(st.sets(st.integers(0, 60)))
def test_a_set_of_places_is_the_sum_of_its_runs(places: set[int]) -> None:
    """Runs are apart, in order, and hold every place."""
    as_bits = sum(1 << place for place in places)
    found = list(runs(as_bits))
    assert sum(span(*run) for run in found) == as_bits
    assert all(left[1] < right[0] for left, right in pairwise(found))
    assert list(bits(as_bits)) == sorted(places)
