"""The types of the facts that diagrams write themselves: outputs of decisions, and what `fact.record` is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.extension import NAMESPACE
from engine.dmn import DecisionModel
from engine.dmn.record import fact_name
from engine.feel import FeelError, compile_expression
from engine.feel.nodes import Node
from engine.feel.printing import to_source
from engine.feel.static import ANY, Names, Type, check, choice_of, joined
from engine.functions import FUNCTIONS, SIGNATURES

_TL = f"{{{NAMESPACE}}}"


def facts_of_diagram(root: Any, decisions: Mapping[str, DecisionModel], names: Names) -> Iterator[tuple[str, Type]]:
    """The name and type of each fact that a diagram's tasks write; `names` are those known without them."""
    for task in root.iter(f"{_TL}decision"):
        decision = decisions.get(task.get("ref"))
        if decision is not None:
            for name, type_ in outputs_of(decision, names):
                yield f"{task.get('result')}.{fact_name(name)}", type_
    for operation in root.iter(f"{_TL}operation"):
        if operation.get("name") == "fact.record":
            yield from _recorded(operation, names)


def outputs_of(decision: DecisionModel, names: Names) -> Iterator[tuple[str, Type]]:
    """The outputs of a decision; of a table those values that its rules give, or that the column lists."""
    if decision.table is None:
        yield from ((name, ANY) for name in decision.output_names)
        return
    for index, column in enumerate(decision.outputs):
        cells = [rule.outputs[index] for rule in decision.rules] + ([column.default] if column.default else [])
        given = joined(check(cell.tree, names, signatures=SIGNATURES).type for cell in cells)
        yield column.name, choice_of(column.values) if column.values else given


def _recorded(operation: Any, names: Names) -> Iterator[tuple[str, Type]]:
    parameters = {each.get("name"): each.get("value") or "null" for each in operation.iter(f"{_TL}parameter")}
    try:
        name = compile_expression(parameters.get("name", "null"), functions=FUNCTIONS).tree
        value = compile_expression(parameters.get("value", "null"), functions=FUNCTIONS).tree
    except FeelError:
        return
    type_ = check(value, names, signatures=SIGNATURES).type
    for written in _names_given(name, names):
        # Two tasks may write true and false to one fact; what a literal is says what the fact may be.
        yield written, type_.plain() if type_.kind == "boolean" else type_


def _names_given(tree: Node, names: Names) -> Iterator[str]:
    """The names that an expression can give: written out, one of several, or put together of constants."""
    allowed = check(tree, names, signatures=SIGNATURES).type.allowed
    source = to_source(tree)
    try:
        given = allowed or (compile_expression(source, functions=FUNCTIONS).evaluate({}),)
    except FeelError:
        return
    yield from (name for name in given if isinstance(name, str))
