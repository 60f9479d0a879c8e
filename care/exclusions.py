"""Which of a patient's ICD-10-CM codes exclude them from a track, and as what, by CMS's clinical exclusions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from care.diagnoses import plain_code
from care.documents import Entry, document_entry
from care.errors import ConfigurationError
from care.windows import named


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A code of the patient's that excludes them, and the heading it falls under."""

    code: str
    title: str
    source: str


@dataclass(frozen=True, slots=True)
class ExclusionGroup:
    """Codes under one heading: single ones, and families, which are a code with all below it."""

    title: str
    codes: frozenset[str]
    families: tuple[str, ...]

    def holds(self, code: str) -> bool:
        """Whether a code, plain (without dots, in capitals), is in this group."""
        return code in self.codes or code.startswith(self.families)


@dataclass(frozen=True, slots=True)
class ExclusionSet:
    """One track's clinical exclusions, by the canonical address and version of CMS's value set."""

    track: str
    title: str
    version: str
    source: str
    groups: tuple[ExclusionGroup, ...]

    def excluding(self, codes: Iterable[str]) -> tuple[Exclusion, ...]:
        """The given codes that exclude, in the order given, as they were written; none when none does."""
        return tuple(
            Exclusion(code, group.title, self.source)
            for code in codes
            for group in self.groups
            if group.holds(plain_code(code))
        )


@dataclass(frozen=True, slots=True)
class Exclusions:
    """A performance year's clinical exclusions by track, and the services that end eligibility in every track."""

    sets: Mapping[str, ExclusionSet]
    services: Mapping[str, ExclusionGroup]
    services_source: str

    def excluding(self, track: str, codes: Iterable[str]) -> tuple[Exclusion, ...]:
        """The codes that exclude from a track; raises UnknownName for a track without a set."""
        return named(self.sets, "track", track).excluding(codes)

    def services_shown_by(self, codes: Iterable[str]) -> tuple[Exclusion, ...]:
        """The codes that show a service which ends eligibility, such as end-stage renal disease."""
        return tuple(
            Exclusion(code, group.title, self.services_source)
            for code in codes
            for group in self.services.values()
            if group.holds(plain_code(code))
        )


def exclusions_from(document: Mapping[str, Any]) -> Exclusions:
    """Reads a year's exclusions document; raises ConfigurationError naming the field."""
    root = document_entry(document, "configuration", ConfigurationError)
    root.only("id", "performance_year", "groups", "sets", "services")
    groups = {name: _group(root.entry("groups").entry(name)) for name in root.entry("groups").values}
    services = root.entry("services")
    services.only("kinds", "source")
    kinds = services.entry("kinds")
    sets = [each for entry in root.entries("sets") for each in _sets(entry, groups)]
    return Exclusions(
        sets={each.track: each for each in sets},
        services={name: _group(kinds.entry(name)) for name in kinds.values},
        services_source=services.text("source"),
    )


def _group(entry: Entry) -> ExclusionGroup:
    entry.only("title", "codes", "families")
    return ExclusionGroup(
        entry.text("title"),
        frozenset(map(plain_code, entry.texts("codes"))),
        tuple(map(plain_code, entry.texts("families"))),
    )


def _sets(entry: Entry, groups: Mapping[str, ExclusionGroup]) -> list[ExclusionSet]:
    entry.only("tracks", "title", "version", "source", "groups")
    title, version, source = entry.text("title"), entry.text("version"), entry.text("source")
    named_groups = tuple(named(groups, "group of exclusions", name) for name in entry.texts("groups"))
    return [ExclusionSet(track, title, version, source, named_groups) for track in entry.texts("tracks")]
