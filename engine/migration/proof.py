"""Can everything that is open in a case still be done? Rehearsed on the real database, of which no row stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from engine.application import FAULTS_OF_A_CASE, Engine
from engine.clock import SetClock
from engine.commands import WORKER, Actor, CompleteTask, FireTimers
from engine.errors import TaskTaken
from engine.store.cases import case
from engine.store.tasks import open_tasks_of_case

PROVER = Actor("system:proof", "the proof of a migration")
_WAYS = ("first", "last", "middle")  # of answering: one that leads on is enough


def fault_of(engine: Engine, case_id: str) -> str | None:
    """What of a case cannot go on, in a sentence: a task that cannot be completed, a timer that cannot fire."""
    with engine.db.reading() as connection:
        tasks = [dict(row) for row in open_tasks_of_case(connection, case_id)]
        schemas = {task["id"]: engine.task_schema(connection, task) for task in tasks}
        due = case(connection, case_id)["next_due"]
    for task in tasks:
        fault = _task_fault(engine, task["id"], schemas[task["id"]])
        if fault is not None:
            return f"“{task['title']}” could not be completed: {fault}"
    if due is not None:
        at = max(due, engine.clock.now())
        later = Engine(engine.db, SetClock(at), engine.settings, engine.library)
        try:
            later.rehearse(FireTimers(case_id), actor=WORKER)
        except FAULTS_OF_A_CASE as fault:
            return f"what is due on {due.astimezone(engine.zone):%a %-d %b %Y} could not happen: {fault}"
    return None


def _task_fault(engine: Engine, task_id: str, schema: Mapping[str, Any]) -> str | None:
    """Why no way of answering leads on; None when one does."""
    told = None
    for way in _WAYS:
        try:
            engine.rehearse(CompleteTask(task_id, answers(schema, way, engine.today().isoformat())), actor=PROVER)
        except TaskTaken:
            return None  # somebody was faster, or its time was over: it is not open any more
        except FAULTS_OF_A_CASE as fault:
            told = str(fault)
        else:
            return None
    return told


def answers(schema: Mapping[str, Any], way: str, today: str) -> dict[str, Any]:
    """Valid answers to all that a form asks: the first of each field, the last, or one between."""
    data: dict[str, Any] = {}
    while wanted := [name for name in _needed(schema, data) if name not in data]:
        for name in wanted:
            data[name] = _answer(schema["properties"][name], way, today)
    return data


def _needed(schema: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[str]:
    yield from schema.get("required", ())
    for condition in schema.get("allOf", ()):
        if Draft202012Validator(condition["if"]).is_valid(data):
            yield from condition["then"].get("required", ())


def _answer(drawn: Mapping[str, Any], way: str, today: str) -> Any:
    if "oneOf" in drawn:
        return _pick([each["const"] for each in drawn["oneOf"]], way)
    if "enum" in drawn:
        return _pick(list(drawn["enum"]), way)
    if drawn["type"] == "array":
        return [_answer(drawn["items"], way, today)]
    if drawn["type"] == "boolean":
        return way == "last"
    if drawn["type"] in ("integer", "number"):
        return _number(drawn, way)
    return today if drawn.get("format") == "date" else "as agreed"


def _number(drawn: Mapping[str, Any], way: str) -> Any:
    least, most = int(drawn.get("minimum", 0)), int(drawn.get("maximum", drawn.get("minimum", 0)))
    return _pick([least, (least + most) // 2, most], way)


def _pick(values: list[Any], way: str) -> Any:
    return values[{"first": 0, "last": -1, "middle": len(values) // 2}[way]]
