"""Which text can be kept: what one of the databases refuses is refused at the door, by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from engine.errors import InvalidInput


def refuse_unstorable(command: Any) -> None:
    """Raises InvalidInput for text with a NUL or half a surrogate pair: PostgreSQL keeps neither."""
    errors = {name: "holds a character that cannot be kept (NUL or half a surrogate pair); remove it"
              for name, value in _fields(command) if not all(map(_storable, _texts(value)))}  # fmt: skip
    if errors:
        raise InvalidInput(errors)


def _fields(command: Any) -> Iterator[tuple[str, Any]]:
    """A command's members, those of answers and payloads by their own names, as other errors name them."""
    for name, value in asdict(command).items():
        if isinstance(value, Mapping):
            prefix = "" if name == "data" else f"{name}."
            yield from ((f"{prefix}{key}", [key, each]) for key, each in value.items())
        else:
            yield name, value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts([key, each])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
