"""Any source that the grammar makes is read, evaluated within its budget, and means the same printed and read again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import event, given, settings

from engine.feel import (
    FeelError,
    Limits,
    Value,
    compile_expression,
    compile_unary_tests,
    to_text,
)
from engine.feel.limits import Budget
from engine.feel.nodes import Node
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.printing import long_names_in, to_source
from engine.feel.static import Names, check
from engine.feel.static.types import type_of
from tests.engine.feel.expressions import LONG_NAMES, SOURCES, TESTS

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
LIMITS = Limits(steps=2_000, items=500, string=5_000)
FACTS: dict[str, Value] = {
    "n": Decimal(3),
    "s": "text",
    "flag": True,
    "day": date(2026, 2, 28),
    "items": [{"a": Decimal(1), "b": ["x"]}, {"a": Decimal(2)}],
    "plan.dose": Decimal("2.5"),
    "Applicant Age": Decimal(40),
    "a-b": None,
}


def answer(source: str, names: frozenset[str]) -> str:
    """The answer as text, or the refusal without its place: printing moves places."""
    try:
        budget = Budget(LIMITS)
        value = compile_expression(source, limits=LIMITS, names=names).evaluate_within(budget, FACTS)
        assert budget.steps >= 0
        return to_text(value, Budget(Limits(steps=10**6, string=10**6)))
    except FeelError as error:
        return f"{error.code} {getattr(error, 'limit', '')}{getattr(error, 'reason', '')}"


def again(tree: Node, *, tests: bool = False) -> tuple[str, Node]:
    """The tree printed, and read back from what was printed."""
    source, limits = to_source(tree), Limits(source=100_000)
    names = long_names_in(tree) | set(LONG_NAMES)
    return source, (parse_unary_tests if tests else parse_expression)(source, limits, names)


@settings(max_examples=400, deadline=None)
@given(SOURCES)
def test_what_the_grammar_makes_is_read_and_means_the_same_printed_and_read_again(source: str) -> None:
    """The tree, and the answer within the same budget, are the same before and after."""
    try:
        tree = parse_expression(source, LIMITS, LONG_NAMES)
    except FeelError as refusal:  # `(1..(< 2))` and the like are no FEEL; what is too deep has a limit
        event(f"refused: {refusal.code}")
        return
    printed, reread = again(tree)
    assert reread == tree, printed
    names = frozenset(LONG_NAMES) | long_names_in(tree)
    assert answer(printed, names) == answer(source, names)


@settings(max_examples=150, deadline=None)
@given(TESTS)
def test_a_cell_means_the_same_printed_and_read_again(source: str) -> None:
    """Unary tests too, with the same inputs accepted."""
    try:
        tree = parse_unary_tests(source, LIMITS, LONG_NAMES)
        cell = compile_unary_tests(source, limits=LIMITS, names=LONG_NAMES)
    except FeelError as refusal:
        event(f"refused: {refusal.code}")
        return
    printed, reread = again(tree, tests=True)
    assert reread == tree, printed
    names = long_names_in(tree) | set(LONG_NAMES)
    same = compile_unary_tests(printed, limits=Limits(steps=2_000, items=500, string=5_000, source=10**5), names=names)
    for value in (Decimal(3), "text", None, date(2026, 2, 28)):
        assert _held(cell, value) == _held(same, value)


def _held(cell: object, value: Value) -> object:
    try:
        return cell.holds(value, FACTS)  # type: ignore[attr-defined]
    except FeelError as error:
        return error.code


@settings(max_examples=200, deadline=None)
@given(SOURCES)
def test_what_the_checks_say_of_an_expression_never_contradicts_its_answer(source: str) -> None:
    """The type found beforehand is that of the answer, and a checker never fails."""
    try:
        expression = compile_expression(source, limits=LIMITS, names=LONG_NAMES)
        value = expression.evaluate(FACTS)
    except FeelError:
        return
    names = Names({name: type_of(fact).plain() for name, fact in FACTS.items()})
    checked = check(expression.tree, names)
    if value is not None and checked.type.is_known and not checked.problems:
        assert type_of(value).kind == checked.type.kind
