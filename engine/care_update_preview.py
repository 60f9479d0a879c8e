"""What completing a task would send to the PCP: the same composing as in the transaction, nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from care.calendars import local_date
from care.care_update import CareUpdate, Review, medicines_in, reviewed
from engine.bpmn.extension import Operation
from engine.care_updates import compose, failed_update
from engine.casework import Casework, Loaded
from engine.commands import Actor
from engine.errors import NotFound
from engine.feel import compile_expression
from engine.functions import FUNCTIONS
from engine.operations.care_update_send import occasion_of
from engine.scope import Scope
from engine.store.cases import case
from engine.store.tasks import task as task_row

if TYPE_CHECKING:
    from engine.application import Engine


def preview(
    engine: Engine, connection: Connection, task_id: str, actor: Actor, draft: Mapping[str, Any]
) -> CareUpdate:
    """The update that follows an open task of kind pcp_update, with the answers drafted so far (by field).

    Raises NotFound for a task that is not open or after which nothing is sent.
    """
    row = dict(task_row(connection, task_id))
    work = Casework(
        connection,
        dict(case(connection, row["case_id"])),
        actor,
        engine.clock.now(),
        engine.zone,
        engine.library,
        sender=engine.settings.sender,
    )
    loaded = next((each for each in work.processes() if each.row["id"] == row["process_id"]), None)
    sent = None if loaded is None or row["status"] != "open" else _sending(loaded, row)
    if loaded is None or sent is None:
        raise NotFound("update to the PCP after task", task_id)
    scope = loaded.environment.scope((row["context"] or {}).get("counter"))
    given = {name: _value(text, scope) for name, text in sent.parameters.items()}
    what = given.get("what")
    failed = failed_update(work, row["process_id"])
    if failed is not None:
        return failed
    update = compose(work, occasion_of(given), row["process_id"], None if what is None else str(what))
    return _with_draft(update, work, draft)


def _with_draft(update: CareUpdate, work: Casework, draft: Mapping[str, Any]) -> CareUpdate:
    medicines = medicines_in(draft.get("medicines"), local_date(work.as_of, work.zone))
    changed = replace(
        update,
        medicines=medicines or update.medicines,
        recipient=draft.get("recipient") or update.recipient,
    )
    left_out = tuple(draft.get("left_out") or ())
    return reviewed(changed, Review(draft.get("summary"), draft.get("request"), left_out, work.actor.name))


def _sending(loaded: Loaded, task: Mapping[str, Any]) -> Operation | None:
    """The nearest care_update.send on the ways that lead out of the task."""
    specs = loaded.definition.specs[task["process"]].task_specs.values()
    ways = [spec for spec in specs if getattr(spec, "bpmn_id", None) == task["element_id"]]
    seen: set[str] = set()
    while ways:
        spec = ways.pop(0)
        if spec.name in seen:
            continue
        seen.add(spec.name)
        called = (getattr(spec, "extensions", None) or {}).get("operation")
        if isinstance(called, Operation) and called.name == "care_update.send":
            return called
        ways += spec.outputs
    return None


def _value(expression: str, scope: Scope) -> Any:
    return compile_expression(expression, functions=FUNCTIONS).evaluate(scope)
