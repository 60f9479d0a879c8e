"""The guide to pathways names every function, operation, setting and internal event, and its examples are true."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from engine.bpmn.extension import ATTRIBUTES, KINDS, PRIORITIES, ROLES
from engine.events import INTERNAL
from engine.feel import FeelError, compile_expression, to_text
from engine.functions import FUNCTIONS
from engine.operations import OPERATIONS

GUIDE = (Path(__file__).parents[2] / "docs" / "pathways.md").read_text(encoding="utf-8")
EXAMPLES = [
    tuple(line.split(" → "))
    for block in re.findall(r"^```feel-case\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
]


@pytest.mark.parametrize(("source", "expected"), EXAMPLES, ids=[source for source, _ in EXAMPLES])
def test_an_example_of_the_guide_is_true(source: str, expected: str) -> None:
    """What the guide says a line gives is what it gives."""
    value = compile_expression(source, functions=FUNCTIONS).evaluate({})
    assert to_text(value) == to_text(compile_expression(expected).evaluate({}))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_has_an_example(name: str) -> None:
    """Each function of ours is called in a line that is run."""
    assert any(source.startswith(f"{name}(") for source, _ in EXAMPLES)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_of_nothing_gives_nothing_or_says_what_it_needs(name: str) -> None:
    """A fact that is not known yet is null, and no function stops a diagram for it."""
    arguments = {"best_change": 'null, "lower"', "improvement_from_baseline": 'null, "lower"',
                 "stalled": 'null, "lower", 2, 4', "weeks_between": "null, null", "days_between": "null, null",
                 "add_business_days": "null, 2", "percent_improvement": 'null, "lower"', "baseline_mean": "null, 7",
                 "mean_over": 'null, 7, date("2026-02-02")', "count_over": "null, 7, null",
                 "measured_since": "null, null"}
    value = compile_expression(f"{name}({arguments.get(name, 'null')})", functions=FUNCTIONS).evaluate({})
    assert value in (None, False)


@pytest.mark.parametrize(
    "source",
    [
        'improvement_from_baseline(values, "up")',
        'improvement_from_baseline(values, ["lower"])',
        "percent_improvement(values, 3)",
        "best_change(values, null)",
        'stalled(values, "up", 2, 4)',
        'stalled(values, "lower", null, 4)',
        'stalled(values, "lower", 2, "4")',
    ],
)
def test_a_direction_or_number_that_there_is_not_is_refused_in_words(source: str) -> None:
    """As every refusal of an expression is, with one value as with two."""
    values = [{"on": date(2026, 1, 5), "value": 6}, {"on": date(2026, 1, 12), "value": 3}]
    compiled = compile_expression(source, functions=FUNCTIONS)
    for known in (values, values[:1], []):
        with pytest.raises(FeelError, match=r"the direction is|takes two numbers"):
            compiled.evaluate({"values": known})


@pytest.mark.parametrize("count", ["36526", "-36526", "1e30"])
@pytest.mark.parametrize(
    "source",
    [
        'mean_over(values, {}, date("2026-02-02"))',
        'count_over(values, {}, date("2026-02-02"))',
        "baseline_mean(values, {})",
        'stalled(values, "lower", 2, {})',
        'add_business_days(date("2026-02-02"), {})',
    ],
)
def test_more_days_than_a_calendar_has_are_refused_at_once(source: str, count: str) -> None:
    """Business days are counted one by one: a slip must not hold up a worker."""
    values = [{"on": date(2026, 1, 5), "value": 6}, {"on": date(2026, 1, 12), "value": 3}]
    with pytest.raises(FeelError, match="at most 36525"):
        compile_expression(source.format(count), functions=FUNCTIONS).evaluate({"values": values})


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_is_documented_with_its_parameters(name: str) -> None:
    """Each operation and each of its parameters stands in the table."""
    row = next(line for line in GUIDE.splitlines() if line.startswith(f"| `{name}`"))
    assert all(f"`{parameter}`" in row for parameter in OPERATIONS[name].parameters)


@pytest.mark.parametrize("word", sorted({*KINDS, *ROLES, *PRIORITIES, *INTERNAL, *ATTRIBUTES}))
def test_a_setting_is_documented(word: str) -> None:
    """Each element, kind, role, priority and event of the engine's own is named."""
    assert word in GUIDE


@pytest.mark.parametrize("name", sorted({a for required, optional in ATTRIBUTES.values() for a in required | optional}))
def test_an_attribute_is_documented(name: str) -> None:
    """Each attribute of the extension elements is named."""
    assert f"`{name}`" in GUIDE or f" {name}" in GUIDE
