"""What a director does in a walk, from the forms of "Try it" to a step; what is wrong is told by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from flask import request

from care.errors import CareError
from care.forms import check
from engine.errors import InvalidInput
from engine.events import EVENTS
from engine.measures import MEASURES
from engine.scenarios.answering import answers, defaults_for
from engine.scenarios.document import document_of
from engine.scenarios.policies import SENTENCES
from engine.tryout import Happens, OpenTask, Passes, Played, Start
from engine.tryout.passing import PERIODS, until_after, until_day, until_next
from webui.form_fields import data_of, sent_values

EVENT_MEMBERS = ("facility", "reason", "complexity", "procedure", "to", "track")
MEASURE_ROWS = (1, 2)


def text(name: str) -> str:
    """A field as it was sent, without blanks around it."""
    return request.form.get(name, "").strip()


# -- who the patient is -----------------------------------------------------------------------------------------------
def start_sent() -> Start:
    """The patient of the form; raises InvalidInput by field for what cannot even be read."""
    begins = _day("begins", text("begins"))
    aligned = _day("aligned", text("aligned")) if text("aligned") else begins
    patient: dict[str, Any] = {"name": text("name"), "age": _age(text("age"))}
    conditions = [each for each in text("conditions").replace(",", " ").split() if each]
    if conditions:
        patient["conditions"] = conditions
    given = {"patient": patient, "begins": begins, "aligned": aligned}
    return Start(text("track"), given, _usual(request.form.get("answers", "")))


def _day(name: str, said: str) -> str:
    try:
        found = date.fromisoformat(said)
    except ValueError as error:
        raise InvalidInput({name: "Give a day of the calendar, such as 2026-07-06."}) from error
    if not 1900 <= found.year <= 2199:  # a year's plan is played from it
        raise InvalidInput({name: "Give a day between 1900 and 2199, such as 2026-07-06."})
    return found.isoformat()


def _age(said: str) -> int:
    if not said.isascii() or not said.isdigit():
        raise InvalidInput({"age": "Give the age in years, such as 72."})
    return int(said[:6])


def _usual(written: str) -> dict[str, Any]:
    """The usual answers, a line each: `bp_systolic: 148`."""
    if not written.strip():
        return {}
    try:
        return dict(_plain(document_of(written, "usual answers").values))
    except CareError as error:
        words = error.message.removeprefix("usual answers: ")
        raise InvalidInput({"answers": f"Write a line for each, such as “bp_systolic: 148”. This {words}."}) from error


def _plain(value: Any) -> Any:
    """The same with days as texts, so that it can be kept as JSON."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


# -- what happens -----------------------------------------------------------------------------------------------------
def answer_step(task: OpenTask, usual: Mapping[str, Any], played: Played) -> Happens:
    """The task completed as its form was filled in; raises InvalidInput by field."""
    data = data_of(task.schema, sent_values(request.form))
    errors = check(task.schema, data)
    if errors:
        raise InvalidInput(errors)
    # What was left empty stays empty, whatever the usual answers say.
    would_be = answers(task.schema, given=data, defaults=defaults_for(task.row, usual), today=played.today)
    told = _together(task.schema, data) | {name: None for name in would_be if name not in data}
    line = {"answer": task.row["element_id"], **({"with": told} if told else {})}
    return _about(task.case, line, {"done on": text("occurred_on"), "late because": text("late_reason")})


def _together(schema: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """A questionnaire's answers under its name: one number when all are the same, else in the order of its items."""
    told = dict(data)
    for asked in schema.get("x-instruments", ()):
        fields = list(asked["fields"])
        if all(name in told for name in fields):
            values = [told.pop(name) for name in fields]
            told[asked["id"]] = values[0] if len(set(values)) == 1 else values
    return told


def usual_step(task: OpenTask) -> Happens:
    """The task completed with the usual answers."""
    return _about(task.case, {"answer": task.row["element_id"]}, {})


def attempt_step(task: OpenTask) -> Happens:
    """An attempt to reach the patient for the task."""
    line = {"attempt": text("outcome"), "for": task.row["element_id"], "by": text("channel")}
    return _about(task.case, line, {})


def pass_step(played: Played) -> Passes:
    """Time passes until a moment; raises InvalidInput by field."""
    policy, span = text("meanwhile"), text("span")
    if policy not in SENTENCES:
        raise InvalidInput({"meanwhile": "Choose what people do meanwhile."})
    if span == "next":
        return Passes(until_next(played), policy)
    if span == "date":
        return Passes(until_day(played, text("until")), policy)
    if span not in PERIODS:
        raise InvalidInput({"span": "Choose how much time passes."})
    return Passes(until_after(played, PERIODS[span]), policy)


def all_step() -> Happens:
    """All that is open is done, and what it leads to at once, with the usual answers."""
    return Happens("everything is done")


def event_step() -> Happens:
    """An event of the chosen type with those of the fields that it takes; raises InvalidInput by field."""
    type_ = text("type")
    if type_ not in EVENTS:
        raise InvalidInput({"type": "Choose what happens."})
    sent = {name: text(name) for name in EVENT_MEMBERS if name in EVENTS[type_].members}
    payload = {name: value for name, value in sent.items() if value}
    line = {"event": type_, **({"with": payload} if payload else {})}
    return _about(None, line, {"happened": text("happened")})


def measure_step() -> Happens:
    """Values that are measured, several of them one a day; raises InvalidInput by field."""
    told: dict[str, Any] = {}
    for row in MEASURE_ROWS:
        name, values = text(f"measure-{row}"), text(f"values-{row}")
        if values and name not in MEASURES.values():
            raise InvalidInput({f"measure-{row}": "Choose what was measured."})
        if values:
            told[name] = _numbers(f"values-{row}", values)
    if not told:
        raise InvalidInput({"values-1": "Give a value, or several of them: the last one is today’s."})
    return _about(None, {"measure": told}, {"source": text("source"), "happened": text("happened")})


def response_step() -> Happens:
    """Answers to a questionnaire that came in by themselves; raises InvalidInput by field."""
    if not text("instrument"):
        raise InvalidInput({"instrument": "Choose the questionnaire."})
    return _about(None, {"response": text("instrument"), "answers": _numbers("answers", text("answers"))}, {})


def delivery_step() -> Happens:
    """The oldest update to the PCP is delivered, or it cannot be."""
    if text("delivery") == "failed":
        return _about(None, {"delivery": "failed", "because": text("because") or "the PCP could not be reached"}, {})
    return Happens({"delivery": "done"})


STEPS: Final[Mapping[str, Callable[[], Happens]]] = {
    "all": all_step,
    "event": event_step,
    "measure": measure_step,
    "response": response_step,
    "delivery": delivery_step,
}


def _about(case: str | None, line: Mapping[str, Any], more: Mapping[str, str]) -> Happens:
    """A line with what stands beside it, as far as it was said, and the case when it is not the first."""
    beside = {key: value for key, value in more.items() if value}
    return Happens({**line, **beside, **({"in": case} if case else {})})


def _numbers(name: str, written: str) -> int | float | list[int | float]:
    """One number, or several with blanks or commas between them."""
    parts = written.replace(",", " ").split()
    if not parts:
        raise InvalidInput({name: "Give a number, or several with blanks between them."})
    found = [_number(name, part) for part in parts[:400]]
    return found[0] if len(found) == 1 else found


def _number(name: str, part: str) -> int | float:
    try:
        value = float(part)
    except ValueError as error:
        raise InvalidInput({name: f"“{part}” is not a number; write such as 148 or 8.1."}) from error
    if abs(value) > 1e9 or value != value:
        raise InvalidInput({name: f"“{part}” is no value that can be measured."})
    return int(value) if value == int(value) and "." not in part else value
