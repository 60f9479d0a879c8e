"""The conditions of a form's fields compile, read names that something writes, and are true or false."""

from __future__ import annotations

from collections.abc import Iterator

from engine.feel import FeelError, compile_expression
from engine.feel.static import check as check_tree
from engine.functions import FUNCTIONS, SIGNATURES
from engine.lint.diagram import TL, Diagram, Sources
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule
from engine.lint.rules.types import severity_of

NAME = "form-conditions"


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    if sources.catalogue is None:
        return
    asked = {task.get("form") for task in diagram.root.iter(TL + "task")}
    for path, form in sources.catalogue.forms.items():
        if form.id in asked:
            for condition in form.conditions:
                yield from _findings(path, condition, sources)


def _findings(path: str, condition: str, sources: Sources) -> Iterator[Finding]:
    assert sources.catalogue is not None
    try:
        tree = compile_expression(condition, functions=FUNCTIONS).tree
    except FeelError as error:
        hint = "see docs/expressions.md"
        yield Finding(path, None, NAME, "error", f"when '{condition}': {error}", hint, None, condition)
        return
    checked = check_tree(tree, sources.catalogue.names, signatures=SIGNATURES)
    for problem in checked.problems:
        message = f"when: {problem.message}"
        severity = severity_of(problem, sources.catalogue)
        yield Finding(path, None, NAME, severity, message, problem.hint, None, condition, problem.start + 1)
    if checked.type.is_known and checked.type.kind != "boolean":
        message = f"when gives a {checked.type}, and true or false is needed"
        yield Finding(path, None, NAME, "error", message, "compare the value with something", None, condition, 1)


RULE = Rule(NAME, "Conditions of form fields are true or false.", check)
