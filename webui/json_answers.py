"""Which routes of the pages answer scripts in JSON, also when something did not work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue

from engine.errors import InvalidInput

_View = TypeVar("_View", bound=Callable[..., Any])
_MARK = "throughline_json"


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
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise InvalidInput({"body": "send a JSON object"})
    return sent


def member(sent: Mapping[str, Any], name: str, kind: type[Any]) -> Any:
    """A member of what was sent, of a type; raises InvalidInput naming it."""
    value = sent.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InvalidInput({name: f"send '{name}' as a {'number' if kind is int else 'text'}"})
    return value
