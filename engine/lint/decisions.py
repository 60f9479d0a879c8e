"""What is wrong with a DMN file: what cannot be read, what its cells cannot mean, overlaps and gaps of its tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from engine.catalogue import Catalogue
from engine.decisions import decisions_in
from engine.dmn import DecisionModel, DecisionTable, DmnError, DmnSyntaxError, Output
from engine.dmn.completeness import findings
from engine.errors import DefinitionError
from engine.feel import Expression, UnaryTests, to_text
from engine.feel.static import Problem, Type, check
from engine.functions import SIGNATURES
from engine.lint.boxed_expressions import expressions_in, with_local
from engine.lint.decision_names import column_type, fits, names_of, output_values, static_type
from engine.lint.finding import Finding
from engine.lint.known_values import with_known_values
from engine.lint.rules.types import severity_of
from engine.safe_xml import UnsafeXml, parse_xml

TYPES, READABLE, IDENTITY = "types", "decision", "identity"
_XML_HINT = "export the file again from the editor; it may hold no DOCTYPE and no entities"

def decision_findings(path: str, text: str, catalogue: Catalogue | None) -> list[Finding]:
    """The findings in one file; without a catalogue only what the file itself shows."""
    return list(_shown_by_itself(path, text)) if catalogue is None else _found(path, text, catalogue)


@lru_cache(maxsize=64)  # every pathway of a folder is linted with the tables that it shares with the others
def _shown_by_itself(path: str, text: str) -> tuple[Finding, ...]:
    return tuple(_found(path, text, None))


def _found(path: str, text: str, catalogue: Catalogue | None) -> list[Finding]:
    try:
        models = decisions_in(text, path)
    except UnsafeXml as error:
        return [Finding(path, None, "xml", "error", error.message, _XML_HINT, error.line or None)]
    except DmnSyntaxError as error:
        return [_unreadable(path, error)]
    except (DmnError, DefinitionError) as error:
        element = getattr(error, "element", "") or None
        return [Finding(path, element, READABLE, "error", str(error), "mend it in the editor")]
    return [*_twins(path, text), *(found for model in models.values() for found in _in_model(path, model, catalogue))]


def _twins(path: str, text: str) -> Iterator[Finding]:
    """An id that stands for several elements: an editor opens only the first of them, and would lose the others."""
    ids = Counter(e.get("id") for e in parse_xml(text.encode(), path).iter() if isinstance(e.tag, str) and e.get("id"))
    for identity, times in ids.items():
        if times > 1:
            message = f"the id '{identity}' stands for {times} elements"
            yield Finding(path, str(identity), IDENTITY, "error", message, "rename the others")


def _unreadable(path: str, error: DmnSyntaxError) -> Finding:
    """What the file's reader refuses, at the row where it is in one, with the character of the cell's expression."""
    cause = error.__cause__
    position = getattr(cause, "position", None)
    hint = getattr(cause, "hint", "") or "mend it in the editor"
    character = None if position is None else position + 1
    message = str(error).removeprefix(f"{path}: ")
    element = error.rule or error.decision or None
    return Finding(path, element, READABLE, "error", message, hint, None, error.expression or None, character)


def _in_model(path: str, model: DecisionModel, catalogue: Catalogue | None) -> Iterator[Finding]:
    expressions = None if catalogue is None else _Expressions(path, model, catalogue)
    if model.table is not None:
        table = model.table if expressions is None else with_known_values(model.table, expressions.column_types)
        for problem in findings(table):
            # The rows are named in the message; the element is what an editor can select.
            element = problem.rule_ids[0] if problem.rule_ids else model.decision_id
            yield Finding(path, element, problem.rule, problem.severity, problem.message, problem.hint)
    if expressions is not None:
        yield from expressions.problems()


class _Expressions:
    """Checks what one decision reads against the names there are, and cells against the type of their column."""

    def __init__(self, path: str, model: DecisionModel, catalogue: Catalogue) -> None:
        self._path, self._model, self._catalogue = path, model, catalogue
        self._names = names_of(model, catalogue.names)
        found = (check(each.expression.tree, self._names, signatures=SIGNATURES).type for each in model.inputs)
        #: What is known of the values of each input column.
        self.column_types = [column_type(column, type_) for column, type_ in zip(model.inputs, found, strict=True)]

    def problems(self) -> Iterator[Finding]:
        if self._model.table is not None:
            yield from self._of_table(self._model.table)
            return
        for expression in expressions_in(self._model.logic):
            names = with_local(self._names, expression, self._model.logic.names)
            checked = check(expression.tree, names, signatures=SIGNATURES)
            yield from self._findings(checked.problems, expression, "expression", self._model.decision_id)

    def _of_table(self, table: DecisionTable) -> Iterator[Finding]:
        for column in table.inputs:
            yield from self._of(column.expression, column.label, self._model.decision_id, None)
        for rule in table.rules:
            for column, asked, cell in zip(table.inputs, self.column_types, rule.tests, strict=True):
                yield from self._of(cell, f"row {rule.index}, {column.label}", rule.rule_id, asked)
            for output, expression in zip(table.outputs, rule.outputs, strict=True):
                where = f"row {rule.index}, {output.name}"
                yield from self._of(expression, where, rule.rule_id, None)
                yield from self._answer(output, expression, where, rule.rule_id)

    def _answer(self, output: Output, expression: Expression, where: str, element: str) -> Iterator[Finding]:
        """An output of another kind than its column's, or that the column does not list."""
        found = check(expression.tree, self._names, signatures=SIGNATURES).type
        wanted, allowed = static_type(output.kind), output_values(output)
        if not fits(found, wanted):
            message, hint = f"this is a {found}, and the column is a {wanted}", "change the value, or the column's type"
        elif allowed and found.allowed and not set(found.allowed) & set(allowed):
            message = f"this is none of the column's output values, {', '.join(map(to_text, allowed))}"
            hint = "choose one of them, or add it to them"
        else:
            return
        yield Finding(
            self._path, element, TYPES, "error", f"{where}: {message}", hint, None, expression.source, 1
        )

    def _of(self, part: Expression | UnaryTests, where: str, element: str, asked: Type | None) -> Iterator[Finding]:
        checked = check(part.tree, self._names, signatures=SIGNATURES, asked=asked)
        yield from self._findings(checked.problems, part, where, element)

    def _findings(
        self, problems: Iterable[Problem], part: Expression | UnaryTests, where: str, element: str
    ) -> Iterator[Finding]:
        for problem in problems:
            severity, message = severity_of(problem, self._catalogue), f"{where}: {problem.message}"
            place = problem.start + 1
            yield Finding(self._path, element, TYPES, severity, message, problem.hint, None, part.source, place)
