"""Lint: what would not run as BPMN says, or not run at all, named before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from engine.bundle import PathwayFiles
from engine.errors import DefinitionError
from engine.lint.diagram import Diagram, Sources
from engine.lint.finding import Finding
from engine.lint.rules import RULES
from engine.safe_xml import UnsafeXml

__all__ = ["RULES", "Finding", "lint_files", "lint_sources"]


def lint_sources(texts: Mapping[str, str]) -> list[Finding]:
    """The findings in a bundle of diagrams, tables and forms, by file and line."""
    return _lint(texts, [path for path in texts if path.endswith((".bpmn", ".dmn"))])


def lint_files(paths: Sequence[Path], folder: Path) -> list[Finding]:
    """The findings in files; what they refer to is looked up beside them in the folder of pathways."""
    texts: dict[str, str] = {}
    named: list[str] = []
    findings: list[Finding] = []
    for path in paths:
        name = str(path)
        if path.suffix not in (".bpmn", ".dmn"):
            hint = "give .bpmn and .dmn files; forms are read with the diagram that uses them"
            findings.append(Finding(name, None, "readable", "error", "is neither BPMN nor DMN", hint))
            continue
        try:
            texts[name] = path.read_text(encoding="utf-8")
            named.append(name)
        except (OSError, UnicodeDecodeError) as error:
            findings.append(
                Finding(name, None, "readable", "error", f"cannot be read: {error}", "give a UTF-8 file")
            )
    return findings + _lint({**_beside(folder, paths), **texts}, named)


def _beside(folder: Path, paths: Sequence[Path]) -> dict[str, str]:
    given = {path.resolve() for path in paths}
    files = PathwayFiles(folder)
    names = files.diagrams() + [
        p.relative_to(folder).as_posix()
        for kind in ("decisions/*.dmn", "forms/*.yaml")
        for p in folder.glob(kind)
    ]
    found = {}
    for name in names:
        if (folder / name).resolve() not in given:
            # A neighbour that cannot be read is named when it is linted itself; what refers to it is named now.
            with suppress(OSError, UnicodeDecodeError):
                found[name] = files.read(name)
    return found


def _lint(texts: Mapping[str, str], named: Iterable[str]) -> list[Finding]:
    findings: list[Finding] = []
    diagrams: dict[str, Diagram] = {}
    wanted = set(named)
    for path, text in texts.items():
        if path.endswith(".bpmn"):
            try:
                diagrams[path] = Diagram.read(path, text)
            except UnsafeXml as error:
                if path in wanted:
                    findings.append(
                        Finding(path, None, "xml", "error", error.message, _XML_HINT, error.line or None)
                    )
    sources = Sources(texts, diagrams)
    for path in wanted:
        if path.endswith(".dmn"):
            findings += _decisions(path, texts[path])
        elif path in diagrams:
            for rule in RULES:
                findings += rule.check(diagrams[path], sources)
    return sorted(findings, key=lambda f: (f.file, f.line or 0, f.element or "", f.rule))


def _decisions(path: str, text: str) -> list[Finding]:
    from engine.dmn import DmnError, parse_decisions
    from engine.functions import FUNCTIONS

    try:
        parse_decisions(text.encode(), path, functions=FUNCTIONS)
    except UnsafeXml as error:
        return [Finding(path, None, "xml", "error", error.message, _XML_HINT, error.line or None)]
    except (DmnError, DefinitionError) as error:
        return [Finding(path, None, "decision", "error", str(error), "mend the table in the editor")]
    return []


_XML_HINT = "export the file again from the editor; it may hold no DOCTYPE and no entities"
