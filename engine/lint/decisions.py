"""What is wrong with a DMN file: what cannot be read, what its cells cannot mean, overlaps and gaps of its tables."""

from __future__ import annotations

from collections.abc import Iterator

from engine.catalogue import Catalogue
from engine.dmn import DecisionModel, DecisionTable, DmnError, parse_decisions
from engine.dmn.boxed import Typed
from engine.dmn.boxed.literal import Literal
from engine.dmn.columns import Rule
from engine.dmn.completeness import findings
from engine.errors import DefinitionError
from engine.feel import Expression, UnaryTests
from engine.feel.static import Type, check
from engine.functions import FUNCTIONS, SIGNATURES
from engine.lint.decision_names import column_type, names_of
from engine.lint.finding import Finding
from engine.lint.rules.types import severity_of
from engine.safe_xml import UnsafeXml

TYPES, READABLE = "types", "decision"
_XML_HINT = "export the file again from the editor; it may hold no DOCTYPE and no entities"

def decision_findings(path: str, text: str, catalogue: Catalogue | None) -> list[Finding]:
    """The findings in one file; without a catalogue only what the file itself shows."""
    try:
        models = parse_decisions(text.encode(), path, functions=FUNCTIONS)
    except UnsafeXml as error:
        return [Finding(path, None, "xml", "error", error.message, _XML_HINT, error.line or None)]
    except (DmnError, DefinitionError) as error:
        element = getattr(error, "decision", "") or getattr(error, "element", "") or None
        return [Finding(path, element, READABLE, "error", str(error), "mend the table in the editor")]
    return [found for model in models.values() for found in _in_model(path, model, catalogue)]


def _in_model(path: str, model: DecisionModel, catalogue: Catalogue | None) -> Iterator[Finding]:
    if model.table is not None:
        for problem in findings(model.table):
            # The rows are named in the message; the element is what an editor can select.
            element = problem.rule_ids[0] if problem.rule_ids else model.decision_id
            yield Finding(path, element, problem.rule, problem.severity, problem.message, problem.hint)
    if catalogue is not None:
        yield from _Expressions(path, model, catalogue).problems()


class _Expressions:
    """Checks what one decision reads against the names there are, and cells against the type of their column."""

    def __init__(self, path: str, model: DecisionModel, catalogue: Catalogue) -> None:
        self._path, self._model, self._catalogue = path, model, catalogue
        self._names = names_of(model, catalogue.names)

    def problems(self) -> Iterator[Finding]:
        if self._model.table is not None:
            yield from self._of_table(self._model.table)
        logic = self._model.logic.inner if isinstance(self._model.logic, Typed) else self._model.logic
        if isinstance(logic, Literal):
            yield from self._of(logic.expression, "expression", self._model.decision_id, None)

    def _of_table(self, table: DecisionTable) -> Iterator[Finding]:
        columns: list[Type] = []
        for column in table.inputs:
            yield from self._of(column.expression, column.label, self._model.decision_id, None)
            found = check(column.expression.tree, self._names, signatures=SIGNATURES).type
            columns.append(column_type(column, found))
        for rule in table.rules:
            yield from self._row(table, rule, columns)

    def _row(self, table: DecisionTable, rule: Rule, columns: list[Type]) -> Iterator[Finding]:
        for column, asked, cell in zip(table.inputs, columns, rule.tests, strict=True):
            yield from self._of(cell, f"row {rule.index}, {column.label}", rule.rule_id, asked)
        for output, expression in zip(table.outputs, rule.outputs, strict=True):
            yield from self._of(expression, f"row {rule.index}, {output.name}", rule.rule_id, None)

    def _of(self, part: Expression | UnaryTests, where: str, element: str, asked: Type | None) -> Iterator[Finding]:
        for problem in check(part.tree, self._names, signatures=SIGNATURES, asked=asked).problems:
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
