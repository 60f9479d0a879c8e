"""How a scenario is written as YAML: so that reading it gives back exactly what was meant."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml

from engine.scenarios.document import RESOLVERS

_BREAK = re.compile("[\n\r\x85\u2028\u2029]")


class _Dumper(yaml.SafeDumper):
    """Quotes a text only where the scenarios' reader would take it for something else."""

    yaml_implicit_resolvers = RESOLVERS

    def ignore_aliases(self, data: Any) -> bool:
        return True  # a scenario is read without aliases: what stands twice is written twice


def _number(dumper: yaml.SafeDumper, value: float) -> yaml.ScalarNode:
    """A float with all its digits and without an exponent, which the reader takes for a word."""
    text = f"{Decimal(repr(value)):f}"
    return dumper.represent_scalar("tag:yaml.org,2002:float", text if "." in text else f"{text}.0")


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    """A text of several lines with its line breaks written out, so that it stands on one line."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"' if _BREAK.search(value) else None)


_Dumper.add_representer(float, _number)
_Dumper.add_representer(str, _text)


def document_text(document: Mapping[str, Any]) -> str:
    """A scenario's document as YAML, a line for each thing that happens."""
    parts = [_part(key, value) for key, value in document.items()]
    return "\n".join(parts)


def line_text(line: Any) -> str:
    """One line of `when` or `then` on one line: `tasks: [a, b]`."""
    text = _dumped(line, flow=True)
    one = isinstance(line, Mapping) and len(line) == 1
    return text.removeprefix("{").removesuffix("}") if one else text


def _part(key: str, value: Any) -> str:
    if key == "steps":
        steps = "".join(_item(step, _step_text(step), 2) for step in value)
        return f"steps:\n{steps}"
    return _dumped({key: value}, flow=False) + "\n" if isinstance(value, Mapping) else f"{key}: {_dumped(value)}\n"


def _step_text(step: Mapping[str, Any]) -> str:
    """`at`, then what happens, then what must be there."""
    parts = []
    for key, value in step.items():
        if isinstance(value, list):
            parts.append(f"{key}:\n" + "".join(_item(line, _block(line), 2) for line in value))
        else:
            parts.append(f"{key}: {_dumped(value)}\n")
    return "".join(parts)


def _block(line: Any) -> str:
    """A line's verb and what stands beside it, one below the other."""
    if not isinstance(line, Mapping):
        return _dumped(line) + "\n"
    return "".join(f"{_dumped(key)}: {_dumped(value)}\n" for key, value in line.items())


def _item(value: Any, text: str, indent: int) -> str:
    """A member of a list: a dash before its first line, the others below it."""
    whole = textwrap.indent(text, " " * (indent + 2), lambda line: bool(line.strip()))
    return " " * indent + "- " + whole.lstrip(" ")


def _dumped(value: Any, *, flow: bool = True) -> str:
    text = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=flow or None, sort_keys=False, allow_unicode=True, width=10**6
    )
    return str(text).removesuffix("\n").removesuffix("\n...")
