"""How a request's body becomes a JSON object, or a clear refusal."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from engine.errors import InvalidInput
from webui.sizes import largest_file

MOST_BYTES = 1_000_000
MOST_LEVELS = 32
MOST_MEMBERS = 1_000  # of an object or a list: each that is wrong is told with a hint, which costs


def limit_body() -> None:
    """Makes larger bodies end as 413, also those that come without a length; an endpoint may say that it takes more."""
    request.max_content_length = largest_file() or MOST_BYTES


def json_body(*, required: bool) -> dict[str, Any]:
    """The body as an object; an absent one is empty unless `required`.

    Raises BadRequest where it is not JSON, UnsupportedMediaType where it does not say so, InvalidInput where
    it is JSON of another kind or holds what cannot be kept.
    """
    raw = request.get_data(cache=True)
    if not raw and not required:
        return {}
    if not request.is_json:
        raise UnsupportedMediaType("send the body as JSON with the header 'Content-Type: application/json'")
    body = _parsed(raw)
    if not isinstance(body, dict):
        raise InvalidInput({"": f"the body must be a JSON object, not {_KINDS[type(body)]}"})
    _check(body, "", 1)
    return body


def plain_text(name: str, text: str) -> str:
    """The text itself; raises InvalidInput where it holds what no database column takes."""
    _check(text, name, 1)
    return text


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode(), parse_constant=_no_constant, object_pairs_hook=_no_doubles)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise BadRequest(f"the body is not JSON that can be read: {reason}") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        name = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the name '{name}' stands twice in an object")
    return read


def _check(value: Any, path: str, level: int) -> None:
    """Refuses texts that PostgreSQL cannot keep, numbers beyond a double, deep nests and long lists."""
    if level > MOST_LEVELS:
        raise InvalidInput({path: f"is nested deeper than {MOST_LEVELS} levels"})
    if isinstance(value, str) and ("\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value)):
        raise InvalidInput({path: "holds a NUL character or half a surrogate pair; take it out"})
    if isinstance(value, int | float) and abs(value) > 1e15:
        raise InvalidInput({path: "is a number too large to be kept exactly"})
    if isinstance(value, dict | list) and len(value) > MOST_MEMBERS:
        raise InvalidInput({path: f"holds {len(value)} members; at most {MOST_MEMBERS} are taken"})
    if isinstance(value, dict):
        for name, member in value.items():
            _check(name, path, level)
            _check(member, f"{path}.{name}" if path else name, level + 1)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            _check(member, f"{path}.{index}", level + 1)


_KINDS = {
    list: "a list",
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}
