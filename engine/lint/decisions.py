"""What is wrong with a DMN file: what cannot be read, what its cells cannot mean, overlaps and gaps of its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.catalogue import Catalogue
from engine.dmn import DecisionModel, DecisionTable, DmnError, parse_decisions
from engine.dmn.columns import Input, Rule
from engine.dmn.completeness import findings
from engine.errors import DefinitionError
from engine.feel import Expression, UnaryTests
from engine.feel.static import ANY, Type, check
from engine.functions import FUNCTIONS, SIGNATURES
from engine.lint.finding import Finding
from engine.lint.rules.types import severity_of
from engine.safe_xml import UnsafeXml

TYPES, READABLE = "types", "decision"
_XML_HINT = "export the file again from the editor; it may hold no DOCTYPE and no entities"
_KINDS = {
    "number": "number",
    "integer": "number",
    "long": "number",
    "double": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "date and time": "date and time",
    "dayTimeDuration": "days and time duration",
    "days and time duration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "years and months duration": "years and months duration",
}


def decision_findings(path: str, text: str, catalogue: Catalogue | None) -> list[Finding]:
    """The findings in one file; without a catalogue only what the file itself shows."""
    try:
        models = parse_decisions(text.encode(), path, functions=FUNCTIONS)
    except UnsafeXml as error:
        return [Finding(path, None, "xml", "error", error.message, _XML_HINT, error.line or None)]
    except (DmnError, DefinitionError) as error:
        element = getattr(error, "decision", "") or getattr(error, "element", "") or None
        return [Finding(path, element, READABLE, "error", str(error), "mend the table in the editor")]
    return [found for model in models.values() for found in _in_model(path, model, models, catalogue)]


def _in_model(
    path: str, model: DecisionModel, models: Mapping[str, DecisionModel], catalogue: Catalogue | None
) -> Iterator[Finding]:
    if model.table is None:
        return
    for problem in findings(model.table):
        # The rows are named in the message; the element is what an editor can select.
        element = problem.rule_ids[0] if problem.rule_ids else model.decision_id
        yield Finding(path, element, problem.rule, problem.severity, problem.message, problem.hint)
    if catalogue is not None and not model.required and not model.data and not model.knowledge:
        yield from _Cells(path, model.decision_id, catalogue).of(model.table)


class _Cells:
    """Checks the expressions of one table, each against the names there are and the type of its column."""

    def __init__(self, path: str, decision: str, catalogue: Catalogue) -> None:
        self._path, self._decision, self._catalogue = path, decision, catalogue

    def of(self, table: DecisionTable) -> Iterator[Finding]:
        columns: list[Type] = []
        for column in table.inputs:
            yield from self._problems(column.expression, column.label, self._decision, None)
            columns.append(self._type_of(column))
        for rule in table.rules:
            yield from self._row(table, rule, columns)

    def _row(self, table: DecisionTable, rule: Rule, columns: list[Type]) -> Iterator[Finding]:
        for column, asked, cell in zip(table.inputs, columns, rule.tests, strict=True):
            yield from self._problems(cell, f"row {rule.index}, {column.label}", rule.rule_id, asked)
        for output, expression in zip(table.outputs, rule.outputs, strict=True):
            yield from self._problems(expression, f"row {rule.index}, {output.name}", rule.rule_id, None)

    def _type_of(self, column: Input) -> Type:
        """The type of the column's expression where it is known, else the one that the column says it has."""
        found = check(column.expression.tree, self._catalogue.names, signatures=SIGNATURES).type
        if found.is_known:
            return found
        kind = _KINDS.get(column.type.removeprefix("feel:"))
        return ANY if kind is None else Type(kind)

    def _problems(
        self, part: Expression | UnaryTests, where: str, element: str, asked: Type | None
    ) -> Iterator[Finding]:
        for problem in check(part.tree, self._catalogue.names, signatures=SIGNATURES, asked=asked).problems:
            yield Finding(
                self._path,
                element,
                TYPES,
                severity_of(problem, self._catalogue),
                f"{where}: {problem.message}",
                problem.hint,
                None,
                part.source,
                problem.start + 1,
            )
