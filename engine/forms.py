"""The form of a task: drawn for what is known of the patient, its answers checked and turned into facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from care.errors import AnswerError
from care.forms import FactValue, check, facts_of, json_schema
from care.measures import Measures
from engine.definitions import Definition
from engine.errors import InvalidInput
from engine.feel import compile_expression
from engine.functions import FUNCTIONS
from engine.measure_files import shipped_measures
from engine.scope import Scope


def schema_of(definition: Definition, form_id: str, scope: Scope) -> dict[str, Any]:
    """The form as JSON Schema 2020-12, with the fields whose condition holds for the patient."""
    return json_schema(definition.forms[form_id], definition.instruments, _holds(scope), _measures(definition))


def checked_facts(
    definition: Definition, form_id: str, scope: Scope, data: Mapping[str, Any]
) -> list[FactValue]:
    """The facts in a form's answers; raises InvalidInput by field."""
    if not isinstance(data, Mapping):
        raise InvalidInput({"data": "give the answers as an object, by field"})
    errors = check(schema_of(definition, form_id, scope), data)
    if errors:
        raise InvalidInput(errors)
    form = definition.forms[form_id]
    try:
        measures = _measures(definition)
        height = _known_height(measures, scope) if "weight" in form.measures else None
        return facts_of(form, definition.instruments, data, measures, height=height)
    except AnswerError as error:
        raise InvalidInput({error.field: error.message}) from error


def _measures(definition: Definition) -> Measures:
    return definition.measures or shipped_measures()


def _known_height(measures: Measures, scope: Scope) -> Decimal | None:
    """What is known of the patient's height, for the body mass index of a weight."""
    measure = measures.by_id.get("height")
    value = scope.get(measure.parts[0].fact) if measure else None
    return value if isinstance(value, Decimal) else None


def _holds(scope: Scope) -> Callable[[str], bool]:
    return lambda text: compile_expression(text, functions=FUNCTIONS).evaluate(scope) is True
