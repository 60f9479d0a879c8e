"""One task: its answers beside the list, and what is kept of them while they are written."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.store.tasks import task as task_by_id
from webui.access import EVERYONE, WORKERS, allowed, visitor
from webui.addresses import task_address
from webui.desk import chosen_filter, desk
from webui.extension import engine
from webui.form_fields import PREFIX, sent_values
from webui.htmx import is_part
from webui.pages.blueprint import goes_to, pages
from webui.pane import PAGE_FIELDS, pane_of
from worklists.drafts import keep_draft


@pages.get("/tasks/<task_id>")
@allowed(EVERYONE)
def task(task_id: str) -> ResponseReturnValue:
    pane = pane_of(task_id, chosen_filter())
    if is_part():
        return render_template("partials/_pane.html", pane=pane)
    return render_template("pages/day.html", desk=desk(pane.chosen), pane=pane)


@pages.post("/tasks/<task_id>/draft")
@allowed(WORKERS)
def draft(task_id: str) -> ResponseReturnValue:
    """Keeps what is filled in so far; nothing is checked yet."""
    kept = {PREFIX + name: values for name, values in sent_values(request.form).items()}
    kept |= {name: [request.form[name]] for name in PAGE_FIELDS if request.form.get(name, "").strip()}
    with engine().db.writing() as connection:
        row = task_by_id(connection, task_id)
        if row["status"] == "open":
            keep_draft(connection, task_id, visitor().email, kept, engine().clock.now())
    if is_part():
        return render_template("partials/_draft_note.html", kept=row["status"] == "open")
    return goes_to(task_address(task_id, chosen_filter()))
