"""A lost race, told: who was first and how long ago, with the answers that were not needed still to be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.errors import TaskTaken, ago
from engine.store.people import name_of
from webui.after import Before, next_task
from webui.desk import desk
from webui.extension import engine
from webui.form_fields import Values, drawn
from webui.htmx import is_part


def taken(error: TaskTaken, before: Before, schema: Mapping[str, Any], answers: Values) -> ResponseReturnValue:
    """The pane that says so, with what was written in words, so that nothing is lost that may still matter."""
    seen = desk(before.chosen)
    with engine().db.reading() as connection:
        name = name_of(connection, error.by)
    told = {
        "task": before.task,
        "by": name,
        "is_done": error.status == "done",
        "ago": ago(error.seconds_ago),
        "kept": kept_answers(schema, answers),
        "following": next_task(before, seen),
        "desk": seen,
        "chosen": before.chosen,
    }
    if is_part():
        return render_template("partials/_taken.html", oob=True, **told), 409
    return render_template("pages/taken.html", **told), 409


def kept_answers(schema: Mapping[str, Any], answers: Values) -> list[tuple[str, str]]:
    """What had been filled in: question and answer, in the words of the form."""
    found = []
    for section in drawn(schema, answers, {}):
        for field in section.fields:
            words = [option.label for option in field.options if option.is_chosen] or answers.get(field.name, [])
            if words:
                found.append((field.title, ", ".join(words)))
    return found
