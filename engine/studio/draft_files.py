"""Which files a draft shows: those that it changes, and those that its own file takes along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from engine.bundle import PathwayTexts
from engine.errors import DefinitionError
from engine.safe_xml import UnsafeXml
from engine.studio.drafts import Draft
from engine.studio.findings import changed_paths
from engine.studio.paths import Kind, kind_of_path
from engine.studio.titles import file_title
from engine.studio.workspace import published_sources, sources_of

_ORDER: tuple[Kind, ...] = ("bpmn", "dmn", "form", "scenario")
_EDITED = (".bpmn", ".dmn")


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of a draft under the name that people know; ``new`` when nothing published has it."""

    path: str
    kind: Kind
    name: str
    changed: bool
    new: bool


def draft_files(connection: Connection, draft: Draft, shipped: Path) -> tuple[DraftFile, ...]:
    """The draft's own file first, then the changed ones, then the rest of what it takes along."""
    before = published_sources(connection, draft.base, shipped)
    after = sources_of(connection, draft.id, shipped)
    changed = changed_paths(before, after)
    shown = {draft.main} | changed | set(taken_along(after, draft.main))
    files = [_file(path, after[path], path in changed, path not in before) for path in shown if _is_shown(path)]
    return tuple(sorted(files, key=lambda f: (f.path != draft.main, not f.changed, _ORDER.index(f.kind), f.name)))


def taken_along(texts: Mapping[str, str], main: str) -> dict[str, str]:
    """The files that a diagram takes along; as a draft is drawn it may name some that are not there: then itself."""
    if not main.endswith(".bpmn"):
        return {main: texts[main]}
    try:
        return PathwayTexts(texts, "this draft").bundle(main)
    except (DefinitionError, UnsafeXml):
        return {main: texts[main]}


def _file(path: str, text: str, changed: bool, new: bool) -> DraftFile:  # values of a row, not switches
    return DraftFile(path, kind_of_path(path), file_title(path, text), changed, new)


def _is_shown(path: str) -> bool:
    """Instruments and measures come along, but are not changed here: scoring a questionnaire is its authors'."""
    return path.startswith(("forms/", "scenarios/")) or path.endswith(_EDITED)
