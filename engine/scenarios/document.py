"""How a scenario's file is read: YAML in which yes, no and on are words, a day is a day, and no key is said twice."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from care.documents import Entry
from care.errors import ConfigurationError

LONGEST = 200_000  # characters: a scenario of a year has some thousands


class ScenarioError(ConfigurationError):
    """A scenario cannot be run as it is written; names file, step and what to do."""

    code = "scenario"


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain values: 1.1 would read "red_flag: yes" as true and "14:30" as 870."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own name)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"'{key.value}' is said twice; keep one", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|", ["n", ""]),
    ("int", r"-?[0-9]+", "-0123456789"),
    ("float", r"-?[0-9]+\.[0-9]+", "-0123456789"),
    ("timestamp", r"\d{4}-\d{2}-\d{2}", "0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


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
    except (yaml.YAMLError, ValueError) as error:
        raise ScenarioError(name, "", f"is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(found, dict):
        raise ScenarioError(name, "", "must be a mapping with title, shows, track and steps")
    return Entry(name, "", found, ScenarioError)
