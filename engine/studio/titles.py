"""What people call a file of a folder of pathways: its process's, its decisions' or its form's own name."""

from __future__ import annotations

from typing import Any

import yaml

from engine.bundle import BPMN
from engine.safe_xml import UnsafeXml, parse_xml
from engine.yaml_text import read_yaml

_LONGEST = 200


def file_title(path: str, text: str) -> str:
    """The name that stands in the file, else the file's own."""
    name = title_of_form(text) if path.endswith(".yaml") else _name_in_xml(path, text)
    return name or path.rpartition("/")[2]


def title_of_form(text: str) -> str | None:
    """What a form is called, as long as its text can be read."""
    try:
        document = read_yaml(text)
    except yaml.YAMLError:
        return None
    title = document.get("title") if isinstance(document, dict) else None
    return title[:_LONGEST] or None if isinstance(title, str) else None


def _name_in_xml(path: str, text: str) -> str | None:
    try:
        root = parse_xml(text.encode(), path)
    except UnsafeXml:
        return None
    return title_of_diagram(root) or _on_one_line(root.get("name"))


def title_of_diagram(root: Any) -> str | None:
    """What a diagram is called: the name of its process, the executable one where it has several."""
    processes = list(root.iter(BPMN + "process"))
    executable = [process for process in processes if process.get("isExecutable") != "false"]
    return next((_on_one_line(process.get("name")) for process in (executable or processes)[:1]), None)


def _on_one_line(name: str | None) -> str | None:
    return None if name is None else " ".join(str(name).split())[:_LONGEST] or None
