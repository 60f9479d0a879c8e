"""From a DMN file to compiled decision tables, each error naming file, decision, rule and cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from lxml import etree

from engine.dmn.errors import DmnSyntaxError, DmnUnsupported
from engine.dmn.table import DecisionTable, HitPolicy, Input, Output, Rule
from engine.feel import (
    Expression,
    FeelError,
    Functions,
    UnaryTests,
    Value,
    compile_expression,
    compile_unary_tests,
)
from engine.safe_xml import parse_xml

#: DMN 1.1, 1.2, 1.3, 1.4 and 1.5
NAMESPACES: Final = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
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
_KINDS: Final = {
    "literalExpression": "a literal expression",
    "context": "a boxed context",
    "invocation": "a boxed invocation",
    "functionDefinition": "a boxed function",
    "relation": "a relation",
    "list": "a boxed list",
    "conditional": "a boxed conditional",
    "filter": "a boxed filter",
    "for": "a boxed iterator",
    "every": "a boxed iterator",
    "some": "a boxed iterator",
}
_REFUSED: Final = {
    "businessKnowledgeModel": "a business knowledge model",
    "decisionService": "a decision service",
    "import": "an import",
}
_FEEL: Final = (
    "",
    "feel",
    "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "http://www.omg.org/spec/FEEL/20140401",
)
_C = TypeVar("_C")


def parse_decisions(data: bytes, source: str, *, functions: Functions) -> dict[str, DecisionTable]:
    """The decision tables of a DMN file by decision id; cells may call `functions` besides the built-ins.

    UnsafeXml, DmnSyntaxError or DmnUnsupported when the file holds anything else.
    """
    root = parse_xml(data, source)
    namespace = etree.QName(root).namespace
    if namespace not in NAMESPACES or _tag(root) != "definitions":
        hint = "expected <definitions> in a namespace of DMN 1.1 to 1.5"
        raise DmnSyntaxError(source, "", "", "", f"not a DMN file: the root is <{root.tag}>; {hint}")
    tables: dict[str, DecisionTable] = {}
    for element in _children(root):
        if _tag(element) in _REFUSED:
            name = element.get("id") or element.get("name") or _tag(element)
            raise DmnUnsupported(source, name, _REFUSED[_tag(element)])
        if _tag(element) == "decision":
            table = _DecisionReader(source, functions, element.get("id") or "").read(element)
            if table.decision_id in tables:
                raise DmnSyntaxError(source, table.decision_id, "", "", "two decisions have this id; rename one")
            tables[table.decision_id] = table
    return tables


def _tag(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _children(element: etree._Element, tag: str = "") -> Iterator[etree._Element]:
    """The children in the element's own namespace; extensions and comments are not DMN's."""
    namespace = etree.QName(element).namespace
    for child in element.iterchildren(tag=etree.Element):
        if etree.QName(child).namespace == namespace and tag in ("", _tag(child)):
            yield child


def _content(element: etree._Element) -> str:
    return "".join(map(str, element.itertext())).strip()


def _text(element: etree._Element | None) -> str:
    if element is None:
        return ""
    found = next(_children(element, "text"), None)
    return "" if found is None else _content(found)


def _child(element: etree._Element, tag: str) -> etree._Element | None:
    return next(_children(element, tag), None)


@dataclass(frozen=True, slots=True)
class _DecisionReader:
    """Reads one decision; knows the file, the decision's id and the functions for every error and cell."""

    source: str
    functions: Functions
    decision: str

    def read(self, element: etree._Element) -> DecisionTable:
        if not self.decision:
            raise self._error("", "", f"the decision '{element.get('name') or ''}' has no id; give it one")
        table = _child(element, "decisionTable")
        if table is None:
            kind = next((_KINDS[_tag(child)] for child in _children(element) if _tag(child) in _KINDS), "empty")
            raise DmnUnsupported(self.source, self.decision, kind)
        inputs = tuple(self._input(column, index) for index, column in enumerate(_children(table, "input"), 1))
        self._check_labels(inputs)
        columns = list(_children(table, "output"))
        outputs = tuple(self._output(column, index, len(columns)) for index, column in enumerate(columns, 1))
        if not outputs:
            raise self._error("", "", "the table has no output; add one")
        policy = self._policy(table, len(outputs))
        rows = enumerate(_children(table, "rule"), 1)
        rules = tuple(self._rule(row, index, inputs, outputs) for index, row in rows)
        return DecisionTable(self.decision, element.get("name") or self.decision, policy, inputs, outputs, rules)

    def _error(self, rule: str, cell: str, reason: str) -> DmnSyntaxError:
        return DmnSyntaxError(self.source, self.decision, rule, cell, reason)

    def _compiled(self, compile_: Callable[[str], _C], text: str, rule: str, cell: str) -> _C:
        try:
            return compile_(text)
        except FeelError as error:
            raise self._error(rule, cell, f"'{text[:80]}': {error}") from error

    def _expression(self, text: str, rule: str, cell: str) -> Expression:
        return self._compiled(
            lambda cell_text: compile_expression(cell_text, functions=self.functions), text, rule, cell
        )

    def _tests(self, text: str, rule: str, cell: str) -> UnaryTests:
        return self._compiled(
            lambda cell_text: compile_unary_tests(cell_text, functions=self.functions),
            text or "-",
            rule,
            cell,
        )

    def _check_language(self, element: etree._Element, rule: str, cell: str) -> None:
        language = element.get("expressionLanguage") or ""
        if language.lower() not in [known.lower() for known in _FEEL] and "/FEEL/" not in language:
            raise self._error(rule, cell, f"the language '{language}' is not run; write FEEL")

    def _policy(self, table: etree._Element, outputs: int) -> HitPolicy:
        name = table.get("hitPolicy") or "UNIQUE"
        aggregation = table.get("aggregation") or ""
        policy = _POLICIES.get(name)
        if policy is HitPolicy.COLLECT:
            policy = _AGGREGATIONS.get(aggregation)
        if policy is None:
            known = ", ".join(_POLICIES)
            raise self._error("", "", f"unknown hit policy '{name}' {aggregation}; the policies are {known}")
        if aggregation and policy is not HitPolicy.COLLECT and outputs > 1:
            raise self._error("", "", f"COLLECT {aggregation} needs exactly one output, the table has {outputs}")
        return policy

    def _input(self, column: etree._Element, index: int) -> Input:
        expression = _child(column, "inputExpression")
        text = _text(expression)
        cell = f"input {index}"
        if expression is None or not text:
            raise self._error("", cell, "the column has no input expression; name the fact it reads")
        self._check_language(expression, "", cell)
        label = column.get("label") or expression.get("label") or text
        allowed = _text(_child(column, "inputValues"))
        accepts = self._tests(allowed, "", f"allowed values of {cell}") if allowed else None
        return Input(label, self._expression(text, "", cell), expression.get("typeRef") or "", accepts)

    def _check_labels(self, inputs: tuple[Input, ...]) -> None:
        """History shows inputs by label, so one label must not stand for two different expressions."""
        expressions: dict[str, str] = {}
        for column in inputs:
            if expressions.setdefault(column.label, column.expression.source) != column.expression.source:
                raise self._error("", f"input '{column.label}'", "two columns have this label; rename one")

    def _output(self, column: etree._Element, index: int, count: int) -> Output:
        name = column.get("name") or (column.get("label") or "" if count > 1 else self.decision)
        cell = f"output {index}"
        if not name:
            raise self._error("", cell, "the column has no name; give it one")
        allowed = _text(_child(column, "outputValues"))
        values: Value = self._expression(f"[{allowed}]", "", f"values of {cell}").evaluate({}) if allowed else []
        default = _text(_child(column, "defaultOutputEntry"))
        return Output(
            name,
            column.get("typeRef") or "",
            tuple(values) if isinstance(values, list) else (),
            self._expression(default, "", f"default of {cell}") if default else None,
        )

    def _rule(self, row: etree._Element, index: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...]) -> Rule:
        rule_id = row.get("id") or f"rule {index}"
        tests, results = list(_children(row, "inputEntry")), list(_children(row, "outputEntry"))
        if len(tests) != len(inputs) or len(results) != len(outputs):
            found = f"{len(tests)} inputs and {len(results)} outputs"
            raise self._error(rule_id, "", f"the row has {found}, the table {len(inputs)} and {len(outputs)}")
        for place, entry in enumerate([*tests, *results], 1):
            self._check_language(entry, rule_id, f"cell {place}")
        return Rule(
            rule_id,
            index,
            tuple(
                self._tests(_text(entry), rule_id, f"input '{column.label}'")
                for entry, column in zip(tests, inputs, strict=True)
            ),
            tuple(
                self._expression(_text(entry) or "null", rule_id, f"output '{column.name}'")
                for entry, column in zip(results, outputs, strict=True)
            ),
            self._annotation(row),
        )

    def _annotation(self, row: etree._Element) -> str:
        notes = [_text(entry) for entry in _children(row, "annotationEntry")]
        description = _child(row, "description")
        if not any(notes) and description is not None:
            notes = [_content(description)]
        return "; ".join(note for note in notes if note)
