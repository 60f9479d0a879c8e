"""Valid answers to a task's form: what the scenario says of it, and defaults for what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from math import ceil, floor
from typing import Any, Literal, get_args

from jsonschema import Draft202012Validator

from care.errors import AnswerError
from care.form_documents import WhenAnswer

Way = Literal["first", "last", "middle"]  # which of the valid answers to a field
WAYS: tuple[Way, ...] = get_args(Way)
_TEXT = "as agreed"


def answers(
    schema: Mapping[str, Any], *, given: Mapping[str, Any], defaults: Mapping[str, Any], today: date
) -> dict[str, Any]:
    """Answers by field: all that is ``given``, and of all that the form needs besides the default or the first option.

    ``given`` and ``defaults`` may name an instrument: a number for all its items, or a list in their order, in which
    null leaves an item out. An optional field is answered only where a default names it. Raises AnswerError for a
    measured value that nobody has told: any number that stood in for it would mean something.
    """
    data = dict(_by_field(schema, given))
    usual = dict(_by_field(schema, defaults))
    # An answer may be what another field waits for: until nothing more is asked.
    while wanted := [name for name in (*_needed(schema, data), *_offered(schema, usual, data)) if name not in data]:
        for name in wanted:
            data[name] = usual[name] if usual.get(name) is not None else _plainest(schema, name, today)
    return {name: value for name, value in data.items() if value is not None}


def some_answers(schema: Mapping[str, Any], way: Way, today: date) -> dict[str, Any]:
    """Valid answers to all that a form needs, whatever they mean: to find out whether the path goes on behind it."""
    data: dict[str, Any] = {}
    while wanted := [name for name in _needed(schema, data) if name not in data]:
        data |= {name: _valid(schema["properties"][name], way, today) for name in wanted}
    return data


def defaults_for(task: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that hold for every task, before them those for its form, before them those for its element."""
    plain = {name: value for name, value in told.items() if not isinstance(value, Mapping)}
    by_form, by_element = told.get(task["form"]), told.get(task["element_id"])
    for special in (by_form, by_element):
        plain |= special if isinstance(special, Mapping) else {}
    return plain


def _by_field(schema: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Answers by field; the words "no" and "yes" to a question of true or false are meant."""
    instruments = {asked["id"]: asked["fields"] for asked in schema.get("x-instruments", ())}
    for name, value in told.items():
        if name in instruments:
            fields = instruments[name]
            yield from zip(fields, value if isinstance(value, list) else [value] * len(fields), strict=False)
    for name, value in told.items():
        if name not in instruments:
            boolean = schema["properties"].get(name, {}).get("type") == "boolean"
            yield name, {"yes": True, "no": False}.get(value, value) if boolean and isinstance(value, str) else value


def _offered(schema: Mapping[str, Any], usual: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[str]:
    """What a default names of this form, but for what is asked only after another answer than the one given."""
    for name, value in usual.items():
        drawn = schema["properties"].get(name)
        if drawn is not None and value is not None:
            when = drawn.get("x-when")
            if when is None or WhenAnswer(when["field"], tuple(when["equals"])).holds(data):
                yield name


def _needed(schema: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[str]:
    yield from schema.get("required", ())
    for condition in schema.get("allOf", ()):
        if Draft202012Validator(condition["if"]).is_valid(data):
            yield from condition["then"].get("required", ())


def _plainest(schema: Mapping[str, Any], name: str, today: date) -> Any:
    readings = [reading for asked in schema.get("x-measures", ()) for reading in asked["readings"]]
    if any(name in reading.values() for reading in readings):
        raise AnswerError(name, "say what was measured: with the answer, or for all of the scenario under 'answers'")
    return _valid(schema["properties"][name], "first", today)


def _valid(drawn: Mapping[str, Any], way: Way, today: date) -> Any:
    """A valid answer to a field; the first is the plainest."""
    if "oneOf" in drawn:
        return _pick([each["const"] for each in drawn["oneOf"]], way)
    if "enum" in drawn:
        return _pick(list(drawn["enum"]), way)
    if drawn["type"] == "array":
        return [_valid(drawn["items"], way, today)]
    if drawn["type"] == "boolean":
        return way == "last"
    if drawn["type"] in ("integer", "number"):
        return _number(drawn, way)
    return today.isoformat() if drawn.get("format") == "date" else _TEXT[: drawn.get("maxLength")]


def _number(drawn: Mapping[str, Any], way: Way) -> Any:
    """Within the bounds; without a lower one from nought on, without an upper one the lower one."""
    least = drawn.get("minimum", min(0, drawn.get("maximum", 0)))
    most = drawn.get("maximum", least)
    if drawn["type"] == "integer":
        least, most = ceil(least), floor(most)
        return _pick([least, (least + most) // 2, most], way)
    return _pick([least, (least + most) / 2 if least != most else least, most], way)


def _pick(values: list[Any], way: Way) -> Any:
    return values[{"first": 0, "last": -1, "middle": len(values) // 2}[way]]
