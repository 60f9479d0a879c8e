"""How a scenario's file is read: YAML in which yes, no and on are words, a day is a day, and no key is said twice."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from care.documents import Entry
from care.errors import ConfigurationError

LONGEST = 200_000  # characters: a scenario of a year has some thousands
DEEPEST = 30  # levels of lists and mappings: a scenario has about eight


class ScenarioError(ConfigurationError):
    """A scenario cannot be run as it is written; names file, step and what to do."""

    code = "scenario"


class _Unreadable(Exception):
    """YAML of a kind that a scenario does without."""


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain values: 1.1 would read "red_flag: yes" as true, "14:30" as 870 and "0120" as 80.

    No aliases, which can name themselves or grow without end, and no tags, which ask for values of another kind.
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own name)
    _level = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _unreadable(event, f"the alias '*{event.anchor}' is not read; write out what it stands for")
        if getattr(event, "tag", None) is not None:
            raise _unreadable(event, f"the tag '{event.tag}' is not read; write the value alone")
        if self._level == DEEPEST:
            raise _unreadable(event, f"is nested deeper than {DEEPEST} levels")
        self._level += 1
        node = super().compose_node(parent, index)
        self._level -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:str":
                shown = key.value if isinstance(key, yaml.ScalarNode) else f"a {key.id}"
                raise _unreadable(key, f"a name is a word, not {shown}; put a number or a day in quotes")
            if key.value in seen:
                raise _unreadable(key, f"'{key.value}' is said twice; keep one")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _unreadable(place: yaml.Node | yaml.Event, words: str) -> _Unreadable:
    return _Unreadable(f"line {place.start_mark.line + 1}: {words}" if place.start_mark else words)


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    value = str(node.value)
    if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise _unreadable(node, "holds a NUL character or half a surrogate pair; take it out")
    return value


def _float(loader: _Loader, node: yaml.ScalarNode) -> float:
    value = float(node.value)
    if not math.isfinite(value):
        raise _unreadable(node, "is too large a number")
    return value


_Loader.add_constructor("tag:yaml.org,2002:str", _text)
_Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
_Loader.add_constructor("tag:yaml.org,2002:float", _float)
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|", ["n", ""]),
    ("int", r"-?[0-9]+", "-0123456789"),
    ("float", r"-?[0-9]+\.[0-9]+", "-0123456789"),
    ("timestamp", r"\d{4}-\d{2}-\d{2}", "0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))

RESOLVERS = _Loader.yaml_implicit_resolvers  # what a plain word is read as: writers put the others in quotes


def read_document(path: Path) -> Entry:
    """The root entry of a scenario's file; raises ScenarioError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(path.name, "", f"cannot be read ({error}); give a UTF-8 text file") from error
    return document_of(text, path.name)


def document_of(text: str, name: str) -> Entry:
    """The root entry of a scenario's text."""
    if len(text) > LONGEST:
        raise ScenarioError(name, "", f"has {len(text)} characters; write at most {LONGEST}")
    try:
        found = yaml.load(text, Loader=_Loader)
    except _Unreadable as error:
        raise ScenarioError(name, "", str(error)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise ScenarioError(name, "", f"is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(found, dict):
        raise ScenarioError(name, "", "must be a mapping with title, shows, track and steps")
    return Entry(name, "", found, ScenarioError)
