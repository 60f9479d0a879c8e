"""Laws that hold for all values: decimal arithmetic, three-valued logic, calendars, text that is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import BUILTINS, FeelError, Value, compile_expression, compile_unary_tests, template, to_feel, to_text
from engine.feel.moves import add_months, months_between

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6)
DATES = st.dates(date(1900, 1, 1), date(2200, 12, 31))
TRUTHS = st.sampled_from([True, False, None])
EXACT = Context(prec=34, rounding=ROUND_HALF_EVEN)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    st.text(max_size=20),
    DATES,
    st.timedeltas(timedelta(days=-9999), timedelta(days=9999)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
WORDS = (
    "if then else for in return some every satisfies function between and or instance of list<number> not"
    " count item x x.y ( ) [ ] { } , : .. . + - * ** / < > = ? @ 1 2.5 null true"
    ' "a" @"P1D" date("2026-01-01")'
)
FRAGMENTS = st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join)
VALUES_AS_TEXT = (
    'null 1 -2.5 1e6144 1e-6143 "a" "2026-01-01" true [] [1,2] [null] {a:1} [1..3] (>3) @"P1D" @"-P1Y" @"10:00:00"'
    ' @"10:00:00@Europe/Paris" @"0001-01-01" @"9999-12-31T23:00:00-10:00" @"2026-01-01T00:00:00" @"P99999999D"'
    " function(a,b)a<b"
)
LITERALS = st.sampled_from(VALUES_AS_TEXT.split())
CALLS = st.builds(
    lambda name, arguments: f"{name}({', '.join(arguments)})",
    st.sampled_from(sorted(BUILTINS)),
    st.lists(LITERALS, min_size=1, max_size=4),
)
OPERATIONS = st.builds(
    lambda left, operator, right: f"{left} {operator} {right}",
    LITERALS,
    st.sampled_from(["+", "-", "*", "/", "**", "=", "<", ">=", "in", "and", "or"]),
    LITERALS,
)


def evaluate(source: str, **scope: Value) -> Value:
    return compile_expression(source).evaluate(scope)


@given(NUMBERS, NUMBERS)
def test_arithmetic_is_that_of_34_digit_decimals(a: Decimal, b: Decimal) -> None:
    """Sums, differences, products and quotients are rounded once, half to even."""
    assert evaluate("a + b", a=a, b=b) == EXACT.add(a, b)
    assert evaluate("a - b", a=a, b=b) == EXACT.subtract(a, b)
    assert evaluate("a * b", a=a, b=b) == EXACT.multiply(a, b)
    assert evaluate("a / b", a=a, b=b) == (EXACT.divide(a, b) if b else None)
    assert evaluate("a < b", a=a, b=b) is (a < b)


@given(TRUTHS, TRUTHS)
def test_and_and_or_are_kleenes(a: bool | None, b: bool | None) -> None:
    """Null is unknown: it decides nothing that the other operand does not."""
    conjunction = False if False in (a, b) else None if None in (a, b) else True
    disjunction = True if True in (a, b) else None if None in (a, b) else False
    assert evaluate("a and b", a=a, b=b) is conjunction
    assert evaluate("a or b", a=a, b=b) is disjunction
    assert evaluate("not(a and b) = (not(a) or not(b))", a=a, b=b) is True


@given(DATES, st.integers(-5000, 5000))
def test_adding_days_and_taking_them_away_is_nothing(day: date, days: int) -> None:
    """A date moves by whole days and back, and the difference counts them."""
    span = timedelta(days=days)
    assert evaluate("d + s - s", d=day, s=span) == day
    assert evaluate("(d + s) - d", d=day, s=span) == span


@given(DATES, st.integers(-1200, 1200))
def test_adding_months_keeps_the_day_or_takes_the_months_last(day: date, months: int) -> None:
    """A month later is the same day, or the last day of a shorter month; months between are those added."""
    moved = add_months(day, months)
    assert moved is not None
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)
    if day.day <= 28:
        assert months_between(day, moved) == months


@given(VALUES)
def test_the_literal_of_a_value_evaluates_to_it(value: object) -> None:
    """What to_text writes, FEEL reads back unchanged."""
    feel = to_feel(value)
    assert evaluate(to_text(feel)) == feel


@given(SCALARS, SCALARS)
def test_equality_is_symmetric_and_order_is_antisymmetric(a: object, b: object) -> None:
    """a = b and b = a agree, also when the answer is null; a < b excludes b < a."""
    left, right = to_feel(a), to_feel(b)
    assert evaluate("a = b", a=left, b=right) is evaluate("b = a", a=left, b=right)
    assert not (evaluate("a < b", a=left, b=right) and evaluate("b < a", a=left, b=right))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | FRAGMENTS)
@pytest.mark.parametrize("compile_", [compile_expression, compile_unary_tests, template])
def test_any_text_is_compiled_and_evaluated_or_refused(compile_: object, source: str) -> None:
    """Nothing but FeelError ever comes out, whatever goes in."""
    try:
        compiled = compile_(source)  # type: ignore[operator]
        if compile_ is compile_expression:
            compiled.evaluate({"x": to_feel({"y": 1})})
        elif compile_ is compile_unary_tests:
            compiled.holds(to_feel(1), {})
        else:
            compiled.render({})
    except FeelError as error:
        refusal = error.message
    else:
        refusal = "none"
    assert refusal


@settings(max_examples=500, deadline=None)
@given(CALLS | OPERATIONS)
def test_functions_and_operators_take_any_values_or_refuse_them(source: str) -> None:
    """A wrong kind of value gives null or a refusal, never another error; every answer has a literal."""
    try:
        text = to_text(evaluate(source))
    except FeelError as error:
        text = error.message
    assert text
