"""Which routes of the pages answer scripts in JSON, also when something did not work."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue

from engine.errors import InvalidInput

_View = TypeVar("_View", bound=Callable[..., Any])
_MARK = "throughline_json"
_HALF = re.compile("[\ud800-\udfff]")  # of a pair of UTF-16: JSON may hold it, no text does


def answers_json(view: _View) -> _View:
    """Marks a view whose every answer is JSON: a failure is {"title", "detail"}."""
    setattr(view, _MARK, True)
    return view


def speaks_json() -> bool:
    """Whether the route that is asked answers in JSON."""
    return request.endpoint is not None and getattr(current_app.view_functions[request.endpoint], _MARK, False)


def json_failure(status: int, title: str, detail: str, **more: Any) -> ResponseReturnValue:
    """What did not work, for a script to show; ``more`` is what it needs to go on."""
    return jsonify({"title": title, "detail": detail, **more}), status


def sent_object() -> Mapping[str, Any]:
    """The JSON object that was sent; raises InvalidInput for anything else."""
    try:
        sent = request.get_json(silent=True)
    except RecursionError as error:
        raise InvalidInput({"body": "send a JSON object; this one is nested too deep"}) from error
    if not isinstance(sent, dict):
        raise InvalidInput({"body": "send a JSON object"})
    return sent


def member(sent: Mapping[str, Any], name: str, kind: type[Any]) -> Any:
    """A member of what was sent, of a type; raises InvalidInput naming it."""
    value = sent.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InvalidInput({name: f"send '{name}' as a {'number' if kind is int else 'text'}"})
    half = _HALF.search(value) if isinstance(value, str) else None
    if half is not None:
        line = value.count("\n", 0, half.start()) + 1
        raise InvalidInput({name: f"line {line} of '{name}' holds a sign that is no text: half of a pair; take it out"})
    return value
