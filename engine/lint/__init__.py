"""Lint: what would not run as BPMN says, or not run at all, named before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from engine.bundle import MEASURES_FILE, PathwayFiles
from engine.catalogue import Sources as Files
from engine.catalogue import catalogue_of
from engine.lint.decisions import decision_findings
from engine.lint.diagram import Diagram, Sources
from engine.lint.finding import Finding
from engine.lint.rules import RULES
from engine.safe_xml import UnsafeXml, text_of_xml

__all__ = ["RULES", "Finding", "lint_files", "lint_folder", "lint_sources"]


def lint_sources(texts: Mapping[str, str]) -> list[Finding]:
    """The findings in a bundle of diagrams, tables and forms, by file and line.

    A bundle holds what one pathway uses, not all that writes the facts it reads: names are checked by ``lint_files``.
    """
    return _lint(texts, [path for path in texts if path.endswith((".bpmn", ".dmn"))], whole=False)


def lint_folder(texts: Mapping[str, str]) -> list[Finding]:
    """The findings in all files of a folder of pathways; what no file writes is named, too."""
    return _lint(texts, [path for path in texts if path.endswith((".bpmn", ".dmn"))], whole=True)


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
            texts[name] = text_of_xml(path.read_bytes())
            named.append(name)
        except (OSError, UnicodeDecodeError) as error:
            findings.append(
                Finding(name, None, "readable", "error", f"cannot be read: {error}", "give a UTF-8 file")
            )
    return findings + _lint({**_beside(folder, paths), **texts}, named, whole=True)


def _beside(folder: Path, paths: Sequence[Path]) -> dict[str, str]:
    given = {path.resolve() for path in paths}
    files = PathwayFiles(folder)
    names = files.diagrams() + [
        p.relative_to(folder).as_posix()
        for kind in ("decisions/*.dmn", "forms/*.yaml", "instruments/*.yaml", MEASURES_FILE)
        for p in folder.glob(kind)
    ]
    found = {}
    for name in names:
        if (folder / name).resolve() not in given:
            # A neighbour that cannot be read is named when it is linted itself; what refers to it is named now.
            with suppress(OSError, UnicodeDecodeError):
                found[name] = files.read(name)
    return found


def _lint(texts: Mapping[str, str], named: Iterable[str], *, whole: bool) -> list[Finding]:
    """``whole``: the texts hold all that may write a fact, so that a name that nothing writes can be told."""
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
    catalogue = catalogue_of(Files(texts, {path: each.root for path, each in diagrams.items()})) if whole else None
    sources = Sources(texts, diagrams, catalogue)
    for path in wanted:
        if path.endswith(".dmn"):
            findings += decision_findings(path, texts[path], catalogue)
        elif path in diagrams:
            for rule in RULES:
                found = rule.check(diagrams[path], sources)
                # A form that several diagrams use is found at fault once.
                findings += [each for each in found if each.file == path or each not in findings]
    return sorted(findings, key=_place)


def _place(found: Finding) -> tuple[str, int, str, str, int, str]:
    return found.file, found.line or 0, found.element or "", found.rule, found.character or 0, found.message


_XML_HINT = "export the file again from the editor; it may hold no DOCTYPE and no entities"
