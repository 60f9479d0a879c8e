"""Finds the type of each part of an expression, and on the way what can have no answer: one function for each node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from engine.feel import nodes
from engine.feel.nodes import Node, Span
from engine.feel.static.comparisons import check_comparison, check_ends, check_test
from engine.feel.static.names import Names, properties, property_of
from engine.feel.static.problems import UNKNOWN_NAME, UNKNOWN_PROPERTY, WRONG_TYPE, Problem
from engine.feel.static.types import (
    ANY,
    BOOLEAN,
    FUNCTION,
    RANGE,
    Type,
    context_of,
    declared,
    joined,
    list_of,
    type_of,
)


@dataclass(frozen=True, slots=True)
class Site:
    """What is known at one place of an expression: the caller's names, those bound here, and where problems go."""

    names: Names
    signatures: Mapping[str, Any]
    problems: list[Problem]
    local: Mapping[str, Type] = field(default_factory=dict)
    item: Type | None = None

    def binding(self, **types: Type) -> Site:
        """The site inside a construct that binds names."""
        return replace(self, local={**self.local, **types})

    def binding_all(self, types: Mapping[str, Type]) -> Site:
        return replace(self, local={**self.local, **types})

    def report(self, check: str, span: Span, message: str, hint: str) -> None:
        self.problems.append(Problem(check, span[0], span[1], message, hint))


_N = TypeVar("_N", bound=Node)
_INFERRERS: Final[dict[type, Callable[[Any, Site], Type]]] = {}


def infers(kind: type[_N]) -> Callable[[Callable[[_N, Site], Type]], Callable[[_N, Site], Type]]:
    """Register the decorated function as what finds the type of one kind of node."""

    def register(function: Callable[[_N, Site], Type]) -> Callable[[_N, Site], Type]:
        _INFERRERS[kind] = function
        return function

    return register


def infer(node: Node, site: Site) -> Type:
    """The type of a node; what is wrong with it, or in it, is reported to the site."""
    return _INFERRERS[type(node)](node, site)


def expect(type_: Type, kinds: tuple[str, ...], span: Span, site: Site, hint: str) -> None:
    """Report a value of another kind than those that have an answer here."""
    if type_.is_known and type_.kind not in kinds:
        wanted = " or ".join(kinds)
        site.report(WRONG_TYPE, span, f"this is a {type_}, and a {wanted} is needed", hint)


@infers(nodes.Literal)
def _literal(node: nodes.Literal, site: Site) -> Type:
    return type_of(node.value)


@infers(nodes.Name)
def _name(node: nodes.Name, site: Site) -> Type:
    first = node.chain[0]
    if first in site.local:
        return _along(site.local[first], node.chain[1:], node, site)
    member = _member_of_item(first, site)
    if member is not None:
        return _along(member, node.chain[1:], node, site)
    known = site.names.find(node.chain)
    if known is not None:
        return _along(known[0], node.chain[known[1] :], node, site)
    if not _may_bring_names(site.item):
        _unknown(node, site)
    return ANY


def _member_of_item(name: str, site: Site) -> Type | None:
    """Inside a filter, the entry of the item that is tested."""
    if site.item is None or site.item.kind != "context" or site.item.members is None:
        return None
    return site.item.member(name)


def _may_bring_names(item: Type | None) -> bool:
    """Whether the item of a filter may have entries that nobody knows of."""
    return item is not None and (not item.is_known or (item.kind == "context" and item.members is None))


def _along(type_: Type, path: tuple[str, ...], node: nodes.Name, site: Site) -> Type:
    for name in path:
        type_ = read_property(type_, name, node.span, site)
    return type_


def _unknown(node: nodes.Name, site: Site) -> None:
    near = site.names.nearest(node.dotted)
    hint = f"did you mean '{near}'?" if near else "correct the name, or add what writes it"
    if not near and len(node.chain) == 1:
        hint = f'write "{node.dotted}" in quotes if the text is meant; else {hint}'
    site.report(UNKNOWN_NAME, node.span, f"nothing is named '{node.dotted}'", hint)


def read_property(type_: Type, name: str, span: Span, site: Site) -> Type:
    """The type of a property; reports one that there is not."""
    found = property_of(type_, name)
    if found is None:
        near = get_close_matches(name, properties(type_), n=1)
        there = ", ".join(properties(type_))
        hint = f"it has {there}" if there else f"a {type_} has no properties"
        hint = f"did you mean '{near[0]}'? {hint}" if near else hint
        site.report(UNKNOWN_PROPERTY, span, f"a {type_} has no '{name}'", hint)
        return ANY
    return found


@infers(nodes.ListOf)
def _list(node: nodes.ListOf, site: Site) -> Type:
    return list_of(joined(infer(item, site) for item in node.items))


@infers(nodes.ContextOf)
def _context(node: nodes.ContextOf, site: Site) -> Type:
    members: dict[str, Type] = {}
    for entry in node.entries:
        members[entry.key] = infer(entry.value, site)
        site = site.binding_all({entry.key: members[entry.key]})
    return context_of(members)


@infers(nodes.RangeOf)
def _range(node: nodes.RangeOf, site: Site) -> Type:
    start, end = infer(node.start, site), infer(node.end, site)
    if node.written:  # one end, so that nothing bounds what lies in it
        return replace(RANGE, item=joined((start, end)).plain())
    check_ends(start, end, node.span, site)
    return replace(RANGE, item=joined((start, end)))


@infers(nodes.Negate)
def _negate(node: nodes.Negate, site: Site) -> Type:
    type_ = infer(node.operand, site)
    kinds = ("number", "days and time duration", "years and months duration")
    expect(type_, kinds, node.operand.span, site, "only numbers and durations can be negated")
    return type_.plain() if type_.kind in kinds else ANY


@infers(nodes.Logic)
def _logic(node: nodes.Logic, site: Site) -> Type:
    for operand in node.operands:
        hint = f"`{node.operator}` joins conditions: compare the value with something"
        expect(infer(operand, site), ("boolean",), operand.span, site, hint)
    return BOOLEAN


@infers(nodes.Compare)
def _compare(node: nodes.Compare, site: Site) -> Type:
    check_comparison(node.operator, infer(node.left, site), infer(node.right, site), node.span, site)
    return BOOLEAN


@infers(nodes.Between)
def _between(node: nodes.Between, site: Site) -> Type:
    value = infer(node.value, site)
    check_comparison(">=", value, infer(node.low, site), node.span, site)
    check_comparison("<=", value, infer(node.high, site), node.span, site)
    return BOOLEAN


@infers(nodes.In)
def _in(node: nodes.In, site: Site) -> Type:
    value = infer(node.value, site)
    for test in node.tests:
        check_test(value, test.operator, infer(test.operand, site), test.span, site)
    return BOOLEAN


@infers(nodes.InstanceOf)
def _instance_of(node: nodes.InstanceOf, site: Site) -> Type:
    infer(node.value, site)
    return BOOLEAN


@infers(nodes.If)
def _if(node: nodes.If, site: Site) -> Type:
    expect(infer(node.condition, site), ("boolean",), node.condition.span, site, "the condition must be true or false")
    return joined((infer(node.then, site), infer(node.otherwise, site)))


@infers(nodes.Path)
def _path(node: nodes.Path, site: Site) -> Type:
    return read_property(infer(node.base, site), node.member, node.span, site)


@infers(nodes.Filter)
def _filter(node: nodes.Filter, site: Site) -> Type:
    base = infer(node.base, site)
    item = (base.item or ANY) if base.kind == "list" else base
    condition = infer(node.condition, replace(site.binding(item=item), item=item))
    hint = "a filter is a condition on each item, or a position"
    expect(condition, ("boolean", "number"), node.condition.span, site, hint)
    if condition.kind == "number":
        return item
    return list_of(item) if condition.kind == "boolean" else ANY


def _bound(iterations: tuple[nodes.Iteration, ...], site: Site) -> Site:
    for iteration in iterations:
        source = infer(iteration.source, site)
        if iteration.end is not None:
            # A loop may count down.
            check_comparison("<=", source.plain(), infer(iteration.end, site).plain(), iteration.span, site)
            item = source.plain()
        else:
            item = (source.item or ANY) if source.kind in ("list", "range") else source
        site = site.binding_all({iteration.name: item})
    return site


@infers(nodes.For)
def _for(node: nodes.For, site: Site) -> Type:
    inside = _bound(node.iterations, site).binding(partial=list_of(ANY))
    return list_of(infer(node.body, inside).plain())


@infers(nodes.Quantified)
def _quantified(node: nodes.Quantified, site: Site) -> Type:
    condition = infer(node.condition, _bound(node.iterations, site))
    expect(condition, ("boolean",), node.condition.span, site, "what is satisfied must be true or false")
    return BOOLEAN


@infers(nodes.FunctionOf)
def _function(node: nodes.FunctionOf, site: Site) -> Type:
    types = {
        name: ANY if type_ is None else declared(type_) for name, type_ in zip(node.parameters, node.types, strict=True)
    }
    return replace(FUNCTION, item=infer(node.body, site.binding_all(types)).plain())


@infers(nodes.UnaryTestsOf)
def _unary_tests(node: nodes.UnaryTestsOf, site: Site) -> Type:
    value = site.local.get("?", ANY)
    for test in node.tests:
        operand = infer(test.operand, site)
        if not (operand.kind == "boolean" and value.kind != "boolean" and not test.operator):
            check_test(value, test.operator, operand, test.span, site)
    return BOOLEAN


@infers(nodes.Chain)
def _chain(node: nodes.Chain, site: Site) -> Type:
    from engine.feel.static.arithmetic import result_of  # it reports to the site of this module

    type_ = infer(node.first, site)
    for symbol, operand in node.rest:
        type_ = result_of(symbol, type_, infer(operand, site), (node.first.span[0], operand.span[1]), site)
    return type_


@infers(nodes.Call)
def _call(node: nodes.Call, site: Site) -> Type:
    from engine.feel.static.calls import result_of_call

    return result_of_call(node, [infer(argument, site) for argument in node.arguments], site)
