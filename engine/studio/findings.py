"""What lint finds in a draft: in the files that it changes, and what its changes break elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection

from engine.lint import Finding, lint_folder
from engine.studio.drafts import draft
from engine.studio.workspace import published_sources, sources_of


@dataclass(frozen=True, slots=True)
class Findings:
    found: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        return sum(1 for each in self.found if each.severity == "error")

    @property
    def warnings(self) -> int:
        return len(self.found) - self.errors


def findings_of(connection: Connection, draft_id: int, shipped: Path) -> Findings:
    """The findings of a draft, errors first; raises NotFound."""
    about = draft(connection, draft_id)
    before = published_sources(connection, about.base, shipped)
    after = sources_of(connection, draft_id, shipped)
    return findings_between(before, after, {about.main})


def findings_between(before: Mapping[str, str], after: Mapping[str, str], also: Collection[str] = ()) -> Findings:
    """The findings in the texts that differ (and in ``also``), and those elsewhere that were not there before."""
    changed = changed_paths(before, after) | set(also)
    known = {without_place(each) for each in _linted(before)}
    found = [each for each in _linted(after) if each.file in changed or without_place(each) not in known]
    return Findings(tuple(sorted(found, key=lambda each: (each.severity, each.file not in changed))))


def changed_paths(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    """The paths whose texts differ, those of new files included."""
    return {path for path, text in after.items() if before.get(path) != text}


def without_place(found: Finding) -> Finding:
    """The finding wherever in its file it stands."""
    return replace(found, line=None, character=None)


def _linted(texts: Mapping[str, str]) -> tuple[Finding, ...]:
    return _kept(tuple(sorted(_read_by_lint(texts))))


@lru_cache(maxsize=16)  # what is published is linted once, and not again at each stroke; some MB each
def _kept(texts: tuple[tuple[str, str], ...]) -> tuple[Finding, ...]:
    return tuple(lint_folder(dict(texts)))


def _read_by_lint(texts: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return ((path, text) for path, text in texts.items() if not path.startswith("scenarios/"))
