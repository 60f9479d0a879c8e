"""Which names the logic of one decision may read, with their types: the facts, and what the decision requires."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.dmn import DecisionModel
from engine.dmn.columns import Input, Output
from engine.dmn.types import Type as Declared
from engine.feel import UnaryTests, Value
from engine.feel.nodes import Literal
from engine.feel.static import ANY, CONTEXT, NUMBER, Names, Type, choice_of, list_of

_WHOLE: Final = "whole number"


def names_of(model: DecisionModel, facts: Names) -> Names:
    """The facts, behind the names of input data, required decisions and knowledge models."""
    types = dict(facts.types)
    for datum in model.data:
        declared = static_type(datum.type)
        if declared.is_known or datum.name not in types:
            types[datum.name] = declared
    for required in model.required:
        types |= dict.fromkeys(required.bound_names, ANY)
        types[required.variable.name] = static_type(required.variable.type)
    types |= {each.name: Type("function", ANY) for each in model.knowledge}
    return Names(types, facts.open_prefixes)


def column_type(column: Input, found: Type) -> Type:
    """The type of a column: that of its expression where it is known, with the values that the column allows."""
    declared = static_type(column.kind)
    # A column converts what it takes (DMN 10.3.2.9.4): a date to its midnight, a list of one to its item.
    type_ = declared if declared.is_known and (not found.is_known or found.kind != declared.kind) else found
    allowed = _listed((column.accepts,) if column.accepts is not None else ())
    listed = choice_of(allowed) if allowed else ANY
    return listed if listed.kind == type_.kind and type_.allowed is None else type_


def output_values(column: Output) -> tuple[Value, ...]:
    """The values that an output column lists one by one; none when it takes others too."""
    return _listed((column.accepts,)) if column.accepts is not None else ()


def fits(found: Type, wanted: Type) -> bool:
    """Whether a value of one type is brought into another by the standard's conversions."""
    if not found.is_known or not wanted.is_known or found.kind == wanted.kind:
        return True
    if (found.kind, wanted.kind) == ("date", "date and time"):
        return True
    return "list" in (found.kind, wanted.kind)


def static_type(declared: Declared) -> Type:
    """What the checks know of a type that a DMN file declares."""
    if declared.item is not None:
        return list_of(static_type(declared.item))
    if declared.members is not None:
        return CONTEXT  # it may have more entries than its type says
    if declared.kind == _WHOLE:
        return NUMBER
    allowed = _listed(declared.allowed)
    listed = choice_of(allowed) if allowed else ANY
    return listed if listed.kind == declared.kind else Type(declared.kind)


def _listed(tests: tuple[UnaryTests, ...]) -> tuple[Value, ...]:
    """The values that tests list; none when a test is more than a value."""
    return tuple(_values(tests)) if all(_is_list(each) for each in tests) else ()


def _is_list(tests: UnaryTests) -> bool:
    plain = (not test.operator and isinstance(test.operand, Literal) for test in tests.tree.tests)
    return not tests.negated and all(plain)


def _values(tests: tuple[UnaryTests, ...]) -> Iterator[Value]:
    for each in tests:
        for test in each.tree.tests:
            assert isinstance(test.operand, Literal)
            yield test.operand.value
