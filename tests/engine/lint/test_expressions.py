"""Rule expressions: every expression of a diagram compiles."""

from __future__ import annotations

import pytest

from tests.engine.bpmn.diagrams import (
    bundle,
    catch,
    end,
    exclusive,
    flow,
    on,
    record,
    start,
    timer,
    times,
    user,
)
from tests.engine.lint.findings import found, replaced

RULE = "expressions"
WHOLE = bundle(
    start(), exclusive("x", default="t"), catch("t", timer("date", "day one")), record("r", "n", "value one"),
    user("a", times("many one", until="until one"), title="Task {title}"),
    on("a", "late", timer("duration", "P1D")), on("a", "often", timer("cycle", "R/P1D"), interrupting=False), end(),
    flow("start x"), flow("x r", "when one"), flow("x t r a end"), flow("late end"), flow("often end"),
)  # fmt: skip
CLEAN = {
    **WHOLE,
    "main.bpmn": WHOLE["main.bpmn"]
    .replace("day one", "today")
    .replace("value one", "1 + 1")
    .replace("many one", "count(needs)")
    .replace("until one", "done")
    .replace("when one", 'x = "y"'),
}


def test_expressions_that_compile_are_clean() -> None:
    """Whatever facts they name: those are known only when a case runs."""
    assert found(CLEAN, RULE) == []


@pytest.mark.parametrize(
    ("old", "new", "element", "part"),
    [
        ("today", "today +", "t", "When (timeDate) 'today +'"),
        ("1 + 1", "1 +", "r", "value (parameter) '1 +'"),
        ("count(needs)", "cuont(needs)", "a", "no function 'cuont'"),
        ("done", "done and", "a", "Enough when (completionCondition) 'done and'"),
        ('x = "y"', "", "x_r", "Taken when (conditionExpression) ''"),
        ("P1D</bpmn:timeDuration>", "P1X</bpmn:timeDuration>", "late", "When (timeDuration) 'P1X'"),
        ("R/P1D", "R/", "often", "When (timeCycle) 'R/'"),
        ("Task {title}", "Task {title", "a", "Title in the list (title): "),
        ("Because.", "Because {}.", "a", "Why: "),
    ],
)
def test_an_expression_that_does_not_compile_is_named(old: str, new: str, element: str, part: str) -> None:
    """With its text and what is wrong with it."""
    [(where, message)] = found(replaced(CLEAN, old, new), RULE)
    assert where == element
    assert part in message
