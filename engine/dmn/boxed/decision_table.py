"""Reads a decision table: its columns and rules, each cell compiled, each error naming rule and cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.dmn.boxed.registry import boxes
from engine.dmn.columns import Input, Output, Rule
from engine.dmn.elements import Element, child, children, content, name_of, text, type_reference
from engine.dmn.site import Site, distinct
from engine.dmn.table import ORDERED, DecisionTable, HitPolicy
from engine.dmn.types import Type
from engine.feel import FeelError, Range, UnaryTests, Value, compile_expression

_POLICIES: Final = {
    "UNIQUE": HitPolicy.UNIQUE,
    "ANY": HitPolicy.ANY,
    "PRIORITY": HitPolicy.PRIORITY,
    "FIRST": HitPolicy.FIRST,
    "RULE ORDER": HitPolicy.RULE_ORDER,
    "OUTPUT ORDER": HitPolicy.OUTPUT_ORDER,
    "COLLECT": HitPolicy.COLLECT,
}
_AGGREGATIONS: Final = {
    "": HitPolicy.COLLECT,
    "SUM": HitPolicy.SUM,
    "MIN": HitPolicy.MIN,
    "MAX": HitPolicy.MAX,
    "COUNT": HitPolicy.COUNT,
}


@boxes("decisionTable")
def read(element: Element, site: Site) -> DecisionTable:
    return _TableReader(site).read(element)


@dataclass(frozen=True, slots=True)
class _TableReader:
    """Reads one table; the site knows what cells may name and how errors say where they are."""

    site: Site

    def read(self, table: Element) -> DecisionTable:
        inputs = tuple(self._input(column, index) for index, column in enumerate(children(table, "input"), 1))
        self._check_labels(inputs)
        columns = list(children(table, "output"))
        if not columns:
            raise self.site.error("the table has no output; add one")
        outputs = tuple(self._output(column, index, len(columns)) for index, column in enumerate(columns, 1))
        distinct((output.name for output in outputs), self.site, "an output column")
        policy = self._policy(table, outputs)
        rows = enumerate(children(table, "rule"), 1)
        rules = tuple(self._rule(row, index, inputs, outputs) for index, row in rows)
        site = self.site
        return DecisionTable(site.element, site.title, policy, inputs, outputs, rules, site.file)

    def _policy(self, table: Element, outputs: tuple[Output, ...]) -> HitPolicy:
        name, aggregation = table.get("hitPolicy") or "UNIQUE", table.get("aggregation") or ""
        policy = _POLICIES.get(name)
        if policy is HitPolicy.COLLECT:
            policy = _AGGREGATIONS.get(aggregation)
        if policy is None:
            known = ", ".join(_POLICIES)
            raise self.site.error(f"unknown hit policy '{name}' {aggregation}; the policies are {known}")
        if aggregation and name == "COLLECT" and len(outputs) > 1:
            raise self.site.error(f"COLLECT {aggregation} needs exactly one output, the table has {len(outputs)}")
        if policy in ORDERED and not any(output.values for output in outputs):
            reason = f"{name} has nothing to order by; list the output values of a column, the first of them first"
            raise self.site.error(reason)
        return policy

    def _input(self, column: Element, index: int) -> Input:
        cell = f"input {index}"
        written = child(column, "inputExpression")
        source = text(written)
        if written is None or not source:
            raise self.site.error("the column has no input expression; name the fact it reads", cell=cell)
        label = column.get("label") or written.get("label") or source
        allowed = text(child(column, "inputValues"))
        accepts = self.site.tests(allowed, cell=f"allowed values of {cell}") if allowed else None
        expression = self.site.expression(source, cell=cell)
        return Input(label, expression, type_reference(written), accepts, self.site.type(written, cell))

    def _check_labels(self, inputs: tuple[Input, ...]) -> None:
        """History shows inputs by label, so one label must not stand for two different expressions."""
        expressions: dict[str, str] = {}
        for column in inputs:
            if expressions.setdefault(column.label, column.expression.source) != column.expression.source:
                cell = f"input '{column.label}'"
                raise self.site.error("two columns have this label; rename one", cell=cell)

    def _output(self, column: Element, index: int, count: int) -> Output:
        name = name_of(column) or (column.get("label") or "" if count > 1 else self.site.element)
        cell = f"output {index}"
        if not name:
            raise self.site.error("the column has no name; give it one", cell=cell)
        kind = self.site.type(column, cell)
        accepts = self._output_values(column, kind, cell)
        default = text(child(column, "defaultOutputEntry"))
        return Output(
            name,
            type_reference(column),
            _in_order(accepts),
            self.site.expression(default, cell=f"default of {cell}") if default else None,
            accepts,
            kind,
        )

    def _output_values(self, column: Element, kind: Type, cell: str) -> UnaryTests | None:
        """The values of the column, else those that its type allows."""
        written = text(child(column, "outputValues"))
        if written:
            return self.site.tests(written, cell=f"values of {cell}")
        allowed = (kind.item or kind).allowed
        return allowed[-1] if allowed else None

    def _rule(self, row: Element, index: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...]) -> Rule:
        rule_id = row.get("id") or f"rule {index}"
        tests, results = list(children(row, "inputEntry")), list(children(row, "outputEntry"))
        if len(tests) != len(inputs) or len(results) != len(outputs):
            found = f"{len(tests)} inputs and {len(results)} outputs"
            reason = f"the row has {found}, the table {len(inputs)} and {len(outputs)}"
            raise self.site.error(reason, rule=rule_id)
        return Rule(
            rule_id,
            index,
            tuple(
                self.site.tests(text(entry), rule=rule_id, cell=f"input '{column.label}'")
                for entry, column in zip(tests, inputs, strict=True)
            ),
            tuple(
                self.site.expression(text(entry) or "null", rule=rule_id, cell=f"output '{column.name}'")
                for entry, column in zip(results, outputs, strict=True)
            ),
            _annotation(row),
        )


def _in_order(accepts: UnaryTests | None) -> tuple[Value, ...]:
    """The values that are listed one by one; none when they are ranges or comparisons, which have no order."""
    if accepts is None or accepts.names or accepts.negated:
        return ()
    try:
        listed = compile_expression(f"[{accepts.source}]").evaluate({})
    except FeelError:
        return ()
    found = listed if isinstance(listed, list) else []
    return () if any(isinstance(value, Range) for value in found) else tuple(found)


def _annotation(row: Element) -> str:
    notes = [text(entry) for entry in children(row, "annotationEntry")]
    if not any(notes):
        notes = [content(child(row, "description"))]
    return "; ".join(note for note in notes if note)
