"""A diagram or tables from outside: which file of the folder of pathways it becomes, or why it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from engine.bundle import BPMN, decision_ids, process_ids
from engine.errors import InvalidInput
from engine.safe_xml import UnsafeXml, parse_xml, text_of_xml
from engine.studio.paths import file_name
from engine.studio.titles import file_title

_DMN: Final = re.compile(r"\{https?://www\.omg\.org/spec/DMN/[^}]*\}definitions")


@dataclass(frozen=True, slots=True)
class Brought:
    """``replaces`` says that something published has this path: its process or decision is the same."""

    path: str
    text: str
    title: str
    replaces: bool


def brought(data: bytes, name: str, texts: Mapping[str, str]) -> Brought:
    """What was brought along under a file name, beside the texts there are.

    Raises InvalidInput with the line for what is no XML in UTF-8, holds a DOCTYPE, or is neither BPMN nor DMN.
    """
    shown = PurePath(name.replace("\\", "/")).name[:100] or "the file"
    root = _read(data, shown)
    text = _as_utf8(data, shown)
    if root.tag == BPMN + "definitions":
        path = _diagram_path(root, shown, texts)
    elif _DMN.fullmatch(str(root.tag)):
        path = _tables_path(root, text, shown, texts)
    else:
        raise _refused(f"'{shown}' is neither BPMN nor DMN: it begins with <{_local(root)}>; export it as one of these")
    return Brought(path, text, file_title(path, text), path in texts)


def _read(data: bytes, shown: str) -> Any:
    if not data.strip():
        raise _refused(f"'{shown}' is empty; choose a .bpmn or .dmn file")
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise _refused(f"line {line} of '{shown}' holds a NUL character; export the file again")
    try:
        return parse_xml(data, shown)
    except UnsafeXml as error:
        place = f"line {error.line} of '{shown}'" if error.line else f"'{shown}'"
        raise _refused(f"{place}: {error.message}") from error


def _as_utf8(data: bytes, shown: str) -> str:
    """The text, and its declaration true of it: what is kept is kept in UTF-8."""
    try:
        return text_of_xml(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(f"line {line} of '{shown}' is not in UTF-8; save the file as UTF-8") from error


def _diagram_path(root: Any, shown: str, texts: Mapping[str, str]) -> str:
    processes = list(root.iter(BPMN + "process"))
    executable = [process for process in processes if process.get("isExecutable") != "false"]
    main = next((str(each.get("id")) for each in executable or processes if each.get("id")), None)
    for path, text in texts.items():
        if main is not None and path.endswith(".bpmn") and main in process_ids(text, path):
            return path
    return _free(f"{file_name(main or PurePath(shown).stem)}.bpmn", texts)


def _tables_path(root: Any, text: str, shown: str, texts: Mapping[str, str]) -> str:
    own = set(decision_ids(text))
    for path, there in texts.items():
        if path.endswith(".dmn") and own & set(decision_ids(there)):
            return path
    return _free(f"decisions/{file_name(root.get('name') or PurePath(shown).stem)}.dmn", texts)


def _free(path: str, texts: Mapping[str, str]) -> str:
    """The path, or one beside it where another file has that name."""
    stem, dot, ending = path.rpartition(".")
    number = 2
    while path in texts:
        path, number = f"{stem}_{number}{dot}{ending}", number + 1
    return path


def _local(root: Any) -> str:
    return str(root.tag).rpartition("}")[2][:60]


def _refused(words: str) -> InvalidInput:
    return InvalidInput({"file": words})
