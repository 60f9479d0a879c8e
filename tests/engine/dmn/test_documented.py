"""The page on decision tables names every policy, type, expression and limit, and its examples are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.dmn.boxed.registry import KINDS
from engine.dmn.graph import MAX_ELEMENTS
from engine.dmn.reader import parse_decisions
from engine.dmn.site import MAX_BOXES, MAX_DEPTH, MAX_NAMES
from engine.dmn.types import BASE_TYPES
from engine.feel import Value, compile_expression
from engine.safe_xml import MAX_BYTES
from engine.safe_xml import MAX_ELEMENTS as MAX_XML
from tests.engine.dmn.tables import a_decision, a_file

PAGE = (Path(__file__).parents[3] / "docs" / "decision-tables.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```decision\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
POLICIES = ("UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT", "SUM", "MIN", "MAX", "COUNT")


def value(text: str) -> Value:
    return compile_expression(text).evaluate({})


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.splitlines()[0] for example in EXAMPLES])
def test_an_example_of_the_page_is_true(example: str) -> None:
    """What the page says a table gives is what it gives."""
    table, _, asked = example.partition("\n\n")
    head, *lines = table.splitlines()
    policy, inputs, output = re.fullmatch(r"([A-Z ]+): (.+) \| (.+)", head).groups()  # type: ignore[union-attr]
    given = dict(line.split(": ", 1) for line in lines if line.startswith(("values: ", "default: ")))
    rows = [line.split(" | ") for line in lines if " | " in line]
    decision = a_decision(
        *((*tests.split(", "), out) for tests, out in rows),
        inputs=tuple(inputs.split(", ")),
        outputs=(output,),
        policy=policy.replace("COLLECT ", "COLLECT/"),
        priorities=given.get("values", ""),
        default=given.get("default", ""),
    )
    (model,) = parse_decisions(a_file(decision), "t.dmn", functions={}).values()
    for line in asked.splitlines():
        facts, expected = line.split(" → ")
        scope = {name: value(text) for name, text in (fact.split(" = ") for fact in facts.split(", "))}
        assert model.decide(scope).outputs == value(expected), line


@pytest.mark.parametrize("name", [*POLICIES, *BASE_TYPES.keys() - {"any"}, *KINDS])
def test_a_policy_a_type_and_a_boxed_expression_are_documented(name: str) -> None:
    """Each stands on the page."""
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("bound", [MAX_ELEMENTS, MAX_BOXES, MAX_DEPTH, MAX_NAMES, MAX_BYTES, MAX_XML])
def test_a_limit_is_documented(bound: int) -> None:
    """The bounds on the page are the bounds in force."""
    assert f"| {bound:,}" in PAGE or f"{bound:,} " in PAGE
