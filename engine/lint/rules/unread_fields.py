"""A field of a form is read by an expression, or says that it is kept for the record alone."""

from __future__ import annotations

from collections.abc import Iterator

from care.forms import FormField
from engine.lint.diagram import TL, Diagram, Sources
from engine.lint.finding import Finding
from engine.lint.reads import facts_read
from engine.lint.rules.rule import Rule

NAME = "unread-fields"
_HINT = "read it in a condition or a decision, or say `record: true` in the field"


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    if sources.catalogue is None:
        return
    asked = {task.get("form") for task in diagram.root.iter(TL + "task")}
    read = facts_read(sources)
    for path, form in sources.catalogue.forms.items():
        if form.id not in asked:
            continue
        for field in form.fields:
            if isinstance(field, FormField) and not field.record and field.fact not in read:
                message = f"no expression reads the field '{field.name}', the fact {field.fact}"
                yield Finding(path, field.name, NAME, "warning", message, _HINT)


RULE = Rule(NAME, "What a form asks is used.", check)
