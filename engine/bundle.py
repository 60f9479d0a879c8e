"""Which files make up a pathway: its diagram, the processes it calls, and the tables, forms and measures they use."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from engine.bpmn.extension import NAMESPACE
from engine.errors import DefinitionError, UnknownProcess
from engine.safe_xml import parse_xml, text_of_xml
from engine.yaml_text import read_yaml

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_DECISION_ID = re.compile(r'<(?:\w+:)?decision\b[^>]*?\bid=["\']([^"\']+)["\']')
_NAME = re.compile(r"[A-Za-z0-9_-]+")
MEASURES_FILE = "configuration/measures.yaml"


class PathwayFiles:
    """The folder that clinicians own: *.bpmn, decisions/*.dmn, forms/*.yaml, instruments/*.yaml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, relative: str) -> str:
        file = self.folder / relative
        if file.suffix not in (".bpmn", ".dmn"):
            return file.read_text(encoding="utf-8")
        return text_of_xml(file.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")

    def diagrams(self) -> list[str]:
        """Relative paths of all diagrams, in order."""
        found = sorted(self.folder.glob("*.bpmn")) + sorted((self.folder / "shared").glob("*.bpmn"))
        return [path.relative_to(self.folder).as_posix() for path in found]

    def tables(self) -> list[str]:
        """Relative paths of all files of decision tables, in order."""
        return [path.relative_to(self.folder).as_posix() for path in sorted((self.folder / "decisions").glob("*.dmn"))]

    def has(self, relative: str) -> bool:
        return (self.folder / relative).exists()

    @property
    def name(self) -> str:
        """What an error calls the folder."""
        return self.folder.name

    def bundle(self, main: str) -> dict[str, str]:
        """The sources of the pathway in diagram ``main``: relative path to text, the main diagram included.

        Raises DefinitionError naming the file and element of a reference that leads nowhere.
        """
        by_process = {pid: path for path in self.diagrams() for pid in process_ids(self.read(path), path)}
        sources: dict[str, str] = {}
        todo = [main]
        while todo:
            path = todo.pop()
            if path in sources:
                continue
            sources[path] = self.read(path)
            for element, called in _outline(sources[path], path).calls:
                if called not in by_process:
                    raise UnknownProcess(
                        path, element, "called-process", f"no process '{called}' in {self.name}"
                    )
                todo.append(by_process[called])
        self._add_tables(sources)
        self._add_forms(sources)
        return sources

    def _add_tables(self, sources: dict[str, str]) -> None:
        wanted = {each for outline in _outlines(sources) for each in outline.decisions}
        for path in self.tables():
            text = self.read(path)
            if wanted & set(decision_ids(text)):
                sources[path] = text

    def _add_forms(self, sources: dict[str, str]) -> None:
        for form in sorted({each for outline in _outlines(sources) for each in outline.forms}):
            relative = f"forms/{form}.yaml"
            if _NAME.fullmatch(form) and self.has(relative):
                sources[relative] = self.read(relative)
                for wanted in _asked(sources[relative], relative):
                    if self.has(wanted):
                        sources[wanted] = self.read(wanted)


class PathwayTexts(PathwayFiles):
    """The same folder as it would be, from texts by path: nothing is read from a disk."""

    def __init__(self, texts: Mapping[str, str], name: str) -> None:
        self._texts, self._name = texts, name

    @property
    def name(self) -> str:
        return self._name

    def read(self, relative: str) -> str:
        return self._texts[relative]

    def diagrams(self) -> list[str]:
        found = sorted(path for path in self._texts if path.endswith(".bpmn"))
        return sorted(found, key=lambda path: path.startswith("shared/"))

    def tables(self) -> list[str]:
        return sorted(path for path in self._texts if path.endswith(".dmn"))

    def has(self, relative: str) -> bool:
        return relative in self._texts


def _asked(text: str, file: str) -> list[str]:
    """The files that a form needs: one for each instrument, and that of all measures when it asks one."""
    try:
        document = read_yaml(text)
    except yaml.YAMLError as error:
        raise DefinitionError(file, None, "document", str(error)) from error
    fields = document.get("fields") if isinstance(document, dict) else None
    if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
        raise DefinitionError(file, None, "document", "is not a form: it needs a list of fields")
    names = [str(field["instrument"]) for field in fields if "instrument" in field]
    instruments = [f"instruments/{name}.yaml" for name in names if _NAME.fullmatch(name)]
    return [*instruments, *([MEASURES_FILE] if any("measure" in field for field in fields) else [])]


def content_hash(sources: Mapping[str, str]) -> str:
    """The identity of a version: SHA-256 over all its sources."""
    return hashlib.sha256(json.dumps(dict(sorted(sources.items()))).encode()).hexdigest()


def decision_ids(text: str) -> list[str]:
    """The ids of the decisions in a file of tables, in document order."""
    return _DECISION_ID.findall(text)


def process_ids(text: str, file: str) -> list[str]:
    return [process_id for process_id, _ in _outline(text, file).processes]


def main_process(text: str, file: str) -> str:
    """The id of a diagram's executable process."""
    ids = [process_id for process_id, executable in _outline(text, file).processes if executable]
    if len(ids) != 1:
        raise DefinitionError(
            file, None, "one-process", f"has {len(ids)} executable processes; a pathway has one"
        )
    return ids[0]


def is_started(text: str, file: str) -> bool:
    """Whether a diagram starts by itself: a track's pathway, or a process that an event starts."""
    return _outline(text, file).is_started


@dataclass(frozen=True, slots=True)
class _Outline:
    """What a diagram holds and refers to."""

    processes: tuple[tuple[str, bool], ...]  # id, and whether it is executable
    calls: tuple[tuple[str, str], ...]  # the activity's id, and that of the process it calls
    decisions: tuple[str, ...]
    forms: tuple[str, ...]
    is_started: bool


@lru_cache(maxsize=256)  # each pathway of a folder asks all of its diagrams which processes they hold
def _outline(text: str, file: str) -> _Outline:
    root = parse_xml(text.encode(), file)
    processes = root.iter(BPMN + "process")
    return _Outline(
        tuple((str(each.get("id")), each.get("isExecutable") != "false") for each in processes),
        tuple((str(each.get("id")), str(each.get("calledElement"))) for each in root.iter(BPMN + "callActivity")),
        _attributes(root, "decision", "ref"),
        _attributes(root, "task", "form"),
        next(root.iter(f"{{{NAMESPACE}}}pathway"), None) is not None,
    )


def _outlines(sources: Mapping[str, str]) -> list[_Outline]:
    return [_outline(text, path) for path, text in sources.items() if path.endswith(".bpmn")]


def _attributes(root: Any, element: str, attribute: str) -> tuple[str, ...]:
    found = (each.get(attribute) for each in root.iter(f"{{{NAMESPACE}}}{element}"))
    return tuple(value for value in found if value)
