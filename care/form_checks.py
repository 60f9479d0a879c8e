"""What is wrong with a form's answers, field by field, in words a person can act on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from care.errors import did_you_mean
from care.form_documents import WhenAnswer
from care.measure_fields import faults


def check(schema: Mapping[str, Any], data: Any) -> dict[str, str]:
    """Messages by field, empty when the answers are fine; a message about the whole form stands under "".

    `schema` is one that `json_schema` made. Besides the schema's own rules, an instrument answered in part is
    reported at its first unanswered item, and a reading of a measure that is incomplete or upside down.
    """
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    found = _not_finite(data)
    for error in sorted(validator.iter_errors(data), key=lambda each: list(map(str, each.absolute_path))):
        for field, message in _messages(error, schema):
            found.setdefault(field, message)
    if isinstance(data, Mapping):
        for asked in schema.get("x-instruments", []):
            for field, message in _unanswered(asked, data, schema):
                found.setdefault(field, message)
        for asked in schema.get("x-measures", []):
            for field, message in faults(asked, data, schema["properties"]) if _applies(asked, data) else ():
                found.setdefault(field, message)
    return found


def _messages(error: ValidationError, schema: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The fields an error is about and what to say; a rule inside a list answer is about the list's field."""
    rule = str(error.validator)
    limit: Any = error.validator_value
    given: Any = error.instance
    if error.absolute_path:
        words = _RULES[rule](limit, given) if rule in _RULES else error.message
        return [(str(error.absolute_path[0]), words)]
    if rule == "required":
        return [(name, _needs_answer(schema, name)) for name in limit if name not in given]
    if rule == "additionalProperties":
        known = schema["properties"]
        extra = [name for name in given if name not in known]
        return [(name, f"is not a field of this form; {did_you_mean(name, known)}") for name in extra]
    return [("", f"must be a set of named answers, not {_shown(given)}")]


def _not_finite(data: Any) -> dict[str, str]:
    """NaN and the infinities, which JSON itself does not have but parsers let through."""
    answers = data.items() if isinstance(data, Mapping) else ()
    return {
        str(name): "must be a finite number"
        for name, answer in answers
        if isinstance(answer, float) and not isfinite(answer)
    }


def _unanswered(
    asked: Mapping[str, Any], data: Mapping[str, Any], schema: Mapping[str, Any]
) -> list[tuple[str, str]]:
    if not _applies(asked, data):
        return []
    missing = [field for field in asked["fields"] if field not in data]
    untouched = len(missing) == len(asked["fields"])
    if len(missing) <= asked["unanswered"] or (untouched and not asked["required"]):
        return []
    if not asked["unanswered"]:
        return [(field, _needs_answer(schema, field)) for field in missing]
    allowed = asked["unanswered"]
    return [(missing[0], f"{asked['title']}: {len(missing)} items are unanswered, at most {allowed} may be")]


def _applies(asked: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    when = asked.get("x-when")
    return when is None or WhenAnswer(when["field"], tuple(when["equals"])).holds(data)


def _needs_answer(schema: Mapping[str, Any], field: str) -> str:
    title = schema["properties"].get(field, {}).get("title", field)
    return f"{title}: an answer is needed" if title[-1:] != "?" else f"{title} An answer is needed"


def _type(kind: Any, given: Any) -> str:
    return f"must be {_TYPE_WORDS.get(kind, kind)}, not {_shown(given)}"


def _one_of(options: Any, given: Any) -> str:
    allowed = ", ".join(f"{each['const']} ({each['title']})" for each in options)
    return f"{_shown(given)} is not among the answers; choose one of {allowed}"


def _format(_: Any, given: Any) -> str:
    return f"{_shown(given)} is not a date; write year, month and day as 2026-03-01"


def _max_length(most: Any, given: Any) -> str:
    return f"may hold at most {most} characters; it has {len(given)}"


def _empty(_: Any, __: Any) -> str:
    return "an answer is needed"


def _minimum(least: Any, given: Any) -> str:
    return f"must be at least {least}, not {_shown(given)}"


def _maximum(most: Any, given: Any) -> str:
    return f"must be at most {most}, not {_shown(given)}"


def _unique(_: Any, __: Any) -> str:
    return "holds the same choice twice"


_RULES: Mapping[str, Callable[[Any, Any], str]] = {
    "type": _type,
    "oneOf": _one_of,
    "format": _format,
    "maxLength": _max_length,
    "minLength": _empty,
    "minItems": _empty,
    "minimum": _minimum,
    "maximum": _maximum,
    "uniqueItems": _unique,
}

_TYPE_WORDS: Mapping[str, str] = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "yes or no (true or false)",
    "array": "a list of choices",
}


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."
