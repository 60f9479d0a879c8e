"""The types of the facts that a form's own fields and its measures write."""

from __future__ import annotations

from collections.abc import Iterator

from care.forms import Form, FormField, MeasureField
from care.measures import Measures
from engine.feel.static import BOOLEAN, DATE, STRING, Type, bounded, choice_of, list_of
from engine.feel.values import to_feel


def facts_of_form(form: Form, measures: Measures) -> Iterator[tuple[str, Type]]:
    """The name and type of each fact, in the form's order; instruments have facts of their own."""
    for field in form.fields:
        if isinstance(field, FormField):
            yield field.fact, type_of_field(field)
        elif isinstance(field, MeasureField) and field.measure in measures.by_id:
            for part in measures.by_id[field.measure].parts:
                yield part.fact, bounded(part.lowest, part.highest)


def type_of_field(field: FormField) -> Type:
    """What an answer to a field can be."""
    if field.type in ("integer", "number"):
        return bounded(field.minimum, field.maximum)
    if field.type == "choice":
        return _choice(field)
    if field.type == "choices":
        return list_of(_choice(field))
    return {"boolean": BOOLEAN, "date": DATE}.get(field.type, STRING)


def _choice(field: FormField) -> Type:
    return choice_of(to_feel(option.value) for option in field.options)
