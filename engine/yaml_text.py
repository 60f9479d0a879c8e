"""What a YAML text says, or on which line it cannot be read: whatever was written, there is one kind of error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import yaml
from yaml.error import MarkedYAMLError

DEEPEST = 100  # levels of lists and mappings: a form has about six
MOST_VALUES = 100_000  # with each alias followed: a short text may stand for billions of values
_SURELY_FLAT = 2_000  # libyaml goes down as deep as the text does, and ends the process at some tens of thousands
_Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML has it: ten times as fast


class _Loader(_Fast):  # type: ignore[misc]
    """As PyYAML reads it, but a value that is none of its kind, such as February 30, is told with its line.

    No merging with "<<": a few lines of it grow without end before anything can be counted.
    """

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                raise _error("'<<' is not read; write out what it stands for", key.start_mark)


def read_yaml(text: str) -> Any:
    """What the text says; raises yaml.YAMLError, with ``problem`` and ``problem_mark`` where they are known."""
    try:
        _refuse_deep(text)
        document = yaml.load(text, Loader=_Loader)
        if _expanded_size(document, {}) > MOST_VALUES:
            raise _error(f"it stands for more than {MOST_VALUES:,} values")
    except UnicodeEncodeError as error:
        raise _error(_unwritten(text, error)) from error
    except RecursionError as error:
        raise _error("its values are nested too deep") from error
    return document


def as_written(value: object) -> str:
    """A value that was read, as it is written on one line: true, null, 4.5, "text", [1, 2]."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _refuse_deep(text: str) -> None:
    # A level is a bracket, or begins further right than the one around it (a list in a mapping: just as far).
    brackets = text.count("[") + text.count("{")
    if brackets + 2 * max(map(len, text.splitlines()), default=0) <= _SURELY_FLAT:
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _error(f"its values are nested too deep: more than {DEEPEST} levels", event.start_mark)


def _error(problem: str, mark: Any = None) -> MarkedYAMLError:
    return MarkedYAMLError(problem=problem, problem_mark=mark)


def _unwritten(text: str, error: UnicodeEncodeError) -> str:
    line = text.count("\n", 0, error.start) + 1
    return f"line {line} holds a sign that is no text: half of a pair; take it out"


def _expanded_size(value: Any, known: dict[int, int]) -> int:
    """The number of values, an aliased one counted wherever it stands; RecursionError when it is in itself."""
    if not isinstance(value, Mapping | list | tuple):
        return 1
    if id(value) not in known:
        inner: Iterable[Any] = value.values() if isinstance(value, Mapping) else value
        known[id(value)] = 1 + sum(_expanded_size(each, known) for each in inner)
    return known[id(value)]


def _with_line(kind: str, construct: Callable[[Any, yaml.Node], Any]) -> Callable[[Any, yaml.Node], Any]:
    def constructed(loader: Any, node: yaml.Node) -> Any:
        try:
            return construct(loader, node)
        except (ValueError, LookupError, ArithmeticError, AttributeError) as error:  # all of these, PyYAML lets out
            problem = f"'{node.value[:40]}' is no {kind}; put it in quotes if it is meant as a text"
            raise _error(problem, node.start_mark) from error

    return constructed


for _tag, _kind in (("bool", "yes or no"), ("int", "number"), ("float", "number"), ("timestamp", "date")):
    _name = f"tag:yaml.org,2002:{_tag}"
    _Loader.add_constructor(_name, _with_line(_kind, _Fast.yaml_constructors[_name]))
