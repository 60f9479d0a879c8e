"""Which facts the expressions of all files read: those of diagrams, decision tables and the conditions in forms."""

from __future__ import annotations

from collections.abc import Iterator

from care.forms import Form, FormField
from engine.feel import FeelError, compile_expression
from engine.functions import FUNCTIONS
from engine.lint.diagram import Sources
from engine.lint.places import places


def facts_read(sources: Sources) -> frozenset[str]:
    """The names as written, and those of the facts whose series is read; once for all rules that ask."""
    if sources.read is None:
        sources.read = frozenset(name.removeprefix("series.") for name in _names(sources))
    return sources.read


def _names(sources: Sources) -> Iterator[str]:
    for diagram in sources.diagrams.values():
        for place in places(diagram):
            yield from place.expression.names | place.expression.possible_names
    assert sources.catalogue is not None
    for decisions in sources.catalogue.decisions.values():
        for decision in decisions.values():
            yield from decision.names
    for form in sources.catalogue.forms.values():
        for condition in form.conditions:
            try:
                yield from compile_expression(condition, functions=FUNCTIONS).names
            except FeelError:
                continue
        yield from _asked_about(form)


def _asked_about(form: Form) -> Iterator[str]:
    """The facts of the fields whose answers decide whether a later one is asked."""
    fields = {field.name: field.fact for field in form.fields if isinstance(field, FormField)}
    for field in form.fields:
        if field.when_answer is not None:
            yield fields[field.when_answer.field]
