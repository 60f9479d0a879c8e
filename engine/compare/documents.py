"""What is different between two texts of one form, instrument or other YAML document, by field and key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

from engine.compare.change import Change, What, sentence_of
from engine.compare.quoting import altered, quoted
from engine.yaml_text import read_yaml

_KEYS: Final = ("name", "id", "field", "instrument", "measure", "value", "code", "fact", "title")
_MOST: Final = 60  # levels; YAML that goes deeper is told as one value


def compare_documents(file: str, before: str, after: str) -> list[Change]:
    """The changes of a document; raises yaml.YAMLError for a text that cannot be read."""
    old, new = read_yaml(before), read_yaml(after)
    title = str(new.get("title") or file) if isinstance(new, Mapping) else file
    return [
        Change(file, element, title, what, sentence_of(", ".join((title, *path)), told))
        for element, path, what, told in _told(old, new, (), None)
    ]


_Told = tuple[str | None, tuple[str, ...], What, str]


def _told(old: Any, new: Any, path: tuple[str, ...], element: str | None) -> Iterator[_Told]:
    if len(path) < _MOST and isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _mappings(old, new, path, element)
    elif len(path) < _MOST and isinstance(old, list) and isinstance(new, list):
        yield from _lists(old, new, path, element)
    elif _plain(old) != _plain(new):
        yield element, path[:-1], "changed", altered(path[-1] if path else "it", _plain(old), _plain(new))


def _mappings(
    old: Mapping[Any, Any], new: Mapping[Any, Any], path: tuple[str, ...], element: str | None
) -> Iterator[_Told]:
    for key in [*new, *(key for key in old if key not in new)]:
        name = str(key)
        if key not in old:
            yield element, path, "changed", _came(name, new[key])
        elif key not in new:
            yield element, path, "changed", _went(name, old[key])
        else:
            yield from _told(old[key], new[key], (*path, name), element)


def _came(name: str, value: Any) -> str:
    if value is True:
        return f"now {name}"
    return altered(name, None, _plain(value))


def _went(name: str, value: Any) -> str:
    if value is True:
        return f"no longer {name}"
    return altered(name, _plain(value), None)


def _lists(old: list[Any], new: list[Any], path: tuple[str, ...], element: str | None) -> Iterator[_Told]:
    noun = _singular(path[-1]) if path else "entry"
    before, after = _keyed(old), _keyed(new)
    for key, value in before.items():
        if key not in after:
            yield _id(value, element), (*path[:-1], f"{noun} {_shown(key)}"), "removed", "taken out"
    for key, value in after.items():
        place = (*path[:-1], f"{noun} {_shown(key)}")
        if key not in before:
            yield _id(value, element), place, "added", f"added{_about(value)}"
        else:
            yield from _told(before[key], value, place, _id(value, element))
    common = [key for key in after if key in before]
    if common != [key for key in before if key in after]:
        told = f"{path[-1] if path else 'entries'} stand in another order: {', '.join(map(_shown, common))}"
        yield element, path[:-1], "moved", told


def _keyed(values: Sequence[Any]) -> dict[str, Any]:
    """Each entry under what tells it from the others: a name, what it asks, the value itself; twins are numbered."""
    found: dict[str, Any] = {}
    for value in values:
        key = base = _key(value)
        number = 1
        while key in found:
            number += 1
            key = f"{base} ({number})"
        found[key] = value
    return found


def _key(value: Any) -> str:
    if isinstance(value, Mapping):
        named = next((str(value[key]) for key in _KEYS if isinstance(value.get(key), str | int)), None)
        return named or _plain(value)
    return _plain(value)


def _id(value: Any, element: str | None) -> str | None:
    """A field is what an editor can go to; what stands in it belongs to it."""
    return element or (_key(value) if isinstance(value, Mapping) else None)


def _about(value: Any) -> str:
    title = value.get("title") or value.get("label") if isinstance(value, Mapping) else None
    return f" ({quoted(str(title))})" if title else ""


def _shown(key: str) -> str:
    return quoted(key)


def _singular(name: str) -> str:
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")


def _plain(value: Any) -> str:
    """A value as text: words and numbers as they are, anything else as YAML on one line."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, Mapping | list):
        return " ".join(yaml.safe_dump(value, default_flow_style=True, width=10_000).removesuffix("...\n").split())
    return str(value)
