"""What a person sees after a task: the list without it, what was done in words, and the next task, open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from webui.access import visitor
from webui.addresses import task_address
from webui.desk import Desk, desk
from webui.extension import engine
from webui.htmx import is_part, part
from webui.pages.blueprint import goes_to
from webui.pane import Pane, listed, pane_of
from worklists.day import my_day
from worklists.filters import Filter
from worklists.queries import TaskRow


@dataclass(frozen=True, slots=True)
class Before:
    """The task and the list as they were when the person acted."""

    task: TaskRow
    chosen: Filter
    order: tuple[str, ...]


def before_task(task_id: str, chosen: Filter) -> Before:
    """Notes the order of the list, so that the next task is the one that stood below; raises NotFound."""
    who = visitor()
    with engine().db.reading() as connection:
        task = listed(connection, task_id)
        whose = {"email": who.email, "role": who.role, "organisation": who.organisation}
        day = my_day(connection, chosen, today=engine().today(), **whose)
    return Before(task, chosen, tuple(day.ids()))


def after_task(before: Before, words: str) -> ResponseReturnValue:
    """The task has left the list: the next one opens by itself."""
    seen = desk(before.chosen)
    following = next_task(before, seen)
    if not is_part():
        flash(words)
        return goes_to(task_address(following, before.chosen))
    pane = pane_of(following, before.chosen, after=before.task.title) if following else None
    return _parts(seen, pane, words, task_address(following, before.chosen))


def stays(before: Before, words: str) -> ResponseReturnValue:
    """The task is still open: the same pane again, and the list brought up to date."""
    if not is_part():
        flash(words)
        return goes_to(task_address(before.task.id, before.chosen))
    address = task_address(before.task.id, before.chosen)
    return _parts(desk(before.chosen), pane_of(before.task.id, before.chosen), words, address)


def next_task(before: Before, seen: Desk) -> str | None:
    """What to open: this patient's other tasks first, then the next one below in the list, then its first."""
    left = seen.day.ids()
    same = {row.task.id: row.task.patient_id for band in seen.day.bands for p in band.people for row in p.rows}
    of_patient = [task_id for task_id in left if same[task_id] == before.task.patient_id]
    if of_patient:
        return of_patient[0]
    below = before.order[before.order.index(before.task.id) + 1 :] if before.task.id in before.order else ()
    still = set(left)
    return next((task_id for task_id in below if task_id in still), left[0] if left else None)


def _parts(seen: Desk, pane: Pane | None, words: str, address: str) -> ResponseReturnValue:
    content = render_template("partials/_after.html", desk=seen, pane=pane, message=words)
    return part(content, push_url=address, trigger="counts-changed")
