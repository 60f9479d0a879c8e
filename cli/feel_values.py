"""FEEL values as JSON: what JSON has no type for stands in an object of one member that names it.

Numbers are `{"number": "1.5"}` (a decimal must not become a binary float on its way), dates
`{"date": "2026-01-31"}`, times `{"time": ...}`, instants `{"dateTime": ...}`, durations
`{"duration": "P7D"}`, contexts `{"context": {...}}`, ranges `{"range": "[1..3]"}`; strings, booleans, null
and lists are plain JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from engine.feel import Value, compile_expression, kind_of, to_feel, to_text

_KINDS: Final = {
    "date and time": "dateTime",
    "date": "date",
    "time": "time",
    "days and time duration": "duration",
    "years and months duration": "duration",
    "range": "range",
}
_HALF: Final = re.compile("[\ud800-\udfff]")
_FUNCTIONS: Final = {"date": "date", "time": "time", "dateTime": "date and time", "duration": "duration"}


def to_json(value: Value) -> Any:
    """The value as typed JSON."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return {"number": to_text(value)}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {"context": {name: to_json(member) for name, member in value.items()}}
    return {_KINDS.get(kind_of(value), "function"): to_text(value).removeprefix('@"').removesuffix('"')}


def from_json(document: Any) -> Value:
    """The value of typed JSON; plain numbers and objects are taken as numbers and contexts.

    Raises ValueError for an object that names a type and holds no value of it.
    """
    if isinstance(document, list):
        return [from_json(item) for item in document]
    if isinstance(document, str) and _HALF.search(document):
        raise ValueError("a text holds half a surrogate pair; write the whole character")
    if not isinstance(document, dict):
        return to_feel(document)
    if len(document) == 1:
        ((name, held),) = document.items()
        if name in _READERS and isinstance(held, dict if name == "context" else str):
            return _READERS[name](name, held)
    return {name: from_json(member) for name, member in document.items()}


def _number(_: str, text: str) -> Value:
    try:
        return to_feel(Decimal(text))
    except ArithmeticError as error:
        raise ValueError(f"'{text}' is not a number") from error


def _context(_: str, members: dict[str, Any]) -> Value:
    return {name: from_json(member) for name, member in members.items()}


def _temporal(name: str, text: str) -> Value:
    # The language's own reading of the text, so that a datum and a literal are never read differently.
    value = compile_expression(f"{_FUNCTIONS[name]}(text)").evaluate({"text": text})
    if value is None:
        raise ValueError(f"'{text}' is not a {_FUNCTIONS[name]}")
    return value


def _range(_: str, text: str) -> Value:
    value = compile_expression("range(text)").evaluate({"text": text})
    if value is None:
        raise ValueError(f"'{text}' is not a range")
    return value


_READERS: Final[dict[str, Callable[[str, Any], Value]]] = {
    "number": _number,
    "context": _context,
    "range": _range,
    **dict.fromkeys(_FUNCTIONS, _temporal),
}
