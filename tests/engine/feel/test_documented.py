"""The reference of expressions names every function, property, type and limit, and its examples are true."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from engine.feel import BUILTINS, DEFAULT_LIMITS, Value, compile_expression, to_text
from engine.feel.lookup import PROPERTIES
from engine.feel.types import SIMPLE_TYPES

REFERENCE = (Path(__file__).parents[3] / "docs" / "expressions.md").read_text(encoding="utf-8")


def _blocks(kind: str) -> list[str]:
    blocks = re.findall(rf"^```{kind}\n(.*?)^```$", REFERENCE, re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


FACTS: dict[str, Value] = {
    name: compile_expression(text).evaluate({})
    for name, text in (line.split(" = ", 1) for line in _blocks("feel-facts"))
}
EXAMPLES = [tuple(line.split(" → ")) for line in _blocks("feel")]
CALLED = frozenset().union(*(compile_expression(source).called for source, _ in EXAMPLES))


@pytest.mark.parametrize(("source", "expected"), EXAMPLES, ids=[source for source, _ in EXAMPLES])
def test_an_example_of_the_reference_is_true(source: str, expected: str) -> None:
    """What the reference says a line gives is what it gives."""
    value = compile_expression(source).evaluate(FACTS)
    assert to_text(value) == to_text(compile_expression(expected).evaluate(FACTS))


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_a_built_in_function_has_an_example(name: str) -> None:
    """Each function can be found on the page, in a line that is run."""
    assert name in CALLED


@pytest.mark.parametrize("name", sorted({name for names in PROPERTIES.values() for name in names}))
def test_a_property_is_documented(name: str) -> None:
    """Each property of a date, time, duration or range stands in the table."""
    assert f"`{name}`" in REFERENCE


@pytest.mark.parametrize("name", SIMPLE_TYPES)
def test_a_type_is_documented(name: str) -> None:
    """Each type that `instance of` knows is listed."""
    assert f"`{name}`" in REFERENCE


@pytest.mark.parametrize("name", [field.name for field in fields(DEFAULT_LIMITS)])
def test_a_limit_is_documented_with_its_default(name: str) -> None:
    """The bounds on the page are the bounds in force."""
    assert f"{getattr(DEFAULT_LIMITS, name):,}" in REFERENCE
