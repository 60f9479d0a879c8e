"""Which conditions together qualify for a track, where one diagnosis alone may not be enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from care.documents import Entry


@dataclass(frozen=True, slots=True)
class ConditionGroup:
    """The codes of one condition, and those that count as it only with a marker of central obesity."""

    title: str
    codes: frozenset[str]
    with_marker: frozenset[str]

    def holds(self, code: str, has_marker: bool | None) -> bool:
        """Whether a plain code counts as this condition; a marker that is not known does not count yet."""
        return code in self.codes or (has_marker is True and code in self.with_marker)


@dataclass(frozen=True, slots=True)
class Criteria:
    """Conditions that qualify alone, and how many of the others qualify together."""

    groups: Mapping[str, ConditionGroup]
    alone: tuple[str, ...]
    together: tuple[str, ...]
    at_least: int
    source: str

    def conditions(self, codes: Iterable[str], has_marker: bool | None) -> tuple[str, ...]:
        """The names of the conditions that plain codes show, in the order of the configuration."""
        given = tuple(codes)
        return tuple(
            name for name, group in self.groups.items() if any(group.holds(code, has_marker) for code in given)
        )

    def are_met(self, conditions: Iterable[str]) -> bool:
        """Whether these conditions qualify."""
        shown = set(conditions)
        return bool(shown.intersection(self.alone)) or len(shown.intersection(self.together)) >= self.at_least

    def awaits_marker(self, codes: Iterable[str], has_marker: bool | None) -> bool:
        """Whether a code would count if a marker of central obesity, not known yet, were found."""
        return has_marker is None and any(code in group.with_marker for code in codes for group in self.groups.values())

    def wanted(self) -> str:
        """The rule in words."""
        alone = ", ".join(self.groups[name].title for name in self.alone)
        together = ", ".join(self.groups[name].title for name in self.together)
        return f"{alone}, or {self.at_least} of {together}"


def criteria_in(entry: Entry, known: frozenset[str]) -> Criteria:
    """Reads the section `criteria`, whose codes must be `known` in the value set; raises ConfigurationError."""
    entry.only("groups", "alone", "together", "at_least", "source")
    groups = {name: _group(entry.entry("groups").entry(name), known) for name in entry.entry("groups").values}
    for field in ("alone", "together"):
        for name in entry.texts(field):
            if name not in groups:
                raise entry.fail(field, f"'{name}' is no group; known: {', '.join(groups)}")
    return Criteria(
        groups, entry.texts("alone"), entry.texts("together"), entry.integer("at_least"), entry.text("source")
    )


def _group(entry: Entry, known: frozenset[str]) -> ConditionGroup:
    entry.only("title", "codes", "with_marker")
    sets = {field: frozenset(c.replace(".", "") for c in entry.texts(field)) for field in ("codes", "with_marker")}
    for field, codes in sets.items():
        if not codes <= known:
            raise entry.fail(field, f"holds codes outside the value set: {', '.join(sorted(codes - known))}")
    return ConditionGroup(entry.text("title"), sets["codes"], sets["with_marker"])
