"""Which facts are about the person and not about one track, so that a patient's other cases read them too.

A blood pressure measured for one track counts for the other, and a screen is asked once (docs/two-tracks.md). Reading
only: each row stays with the case that recorded it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from care.calendars import start_of_day
from care.documents import Entry, document_entry
from care.errors import ConfigurationError, did_you_mean
from engine.store import facts as store
from engine.years import access_rules_in, configuration_files, document


@dataclass(frozen=True, slots=True)
class Shared:
    """A shared fact, or all that begin alike, and how many days before alignment a value of it may be true."""

    name: str
    days: int
    is_prefix: bool

    def holds(self, fact: str) -> bool:
        return fact.startswith(self.name) if self.is_prefix else fact == self.name


@dataclass(frozen=True, slots=True)
class SharedFacts:
    """The facts that all cases of a patient read, and those whose question is asked once of several tasks."""

    shared: tuple[Shared, ...]
    asked_once: tuple[str, ...]
    _holding: dict[str, Shared | None] = field(default_factory=dict, compare=False, repr=False)  # by fact, once asked

    def since(self, fact: str, aligned_on: date, zone: ZoneInfo) -> datetime | None:
        """From when on a value of another case is read by a case aligned on a day; None for what is not shared."""
        if fact not in self._holding:
            self._holding[fact] = next((each for each in self.shared if each.holds(fact)), None)
        found = self._holding[fact]
        return None if found is None else _from(found, aligned_on, zone)

    def reaches(self, aligned_on: date, zone: ZoneInfo) -> tuple[store.Reach, ...]:
        """All that a case aligned on a day reads of the patient's other cases."""
        return tuple(store.Reach(each.name, each.is_prefix, _from(each, aligned_on, zone)) for each in self.shared)

    def is_asked_once(self, fact: str) -> bool:
        """Whether one answer may go to several tasks: it is about the person, and not about the task's own matter."""
        if any(each.holds(fact) for each in self.shared):
            return True
        return any(fact == name or fact.startswith(f"{name}.") for name in self.asked_once)


def _from(shared: Shared, aligned_on: date, zone: ZoneInfo) -> datetime:
    return start_of_day(aligned_on - timedelta(days=shared.days), zone)


def shared_facts_from(document: Mapping[str, Any], days_fresh: Mapping[str, int]) -> SharedFacts:
    """Reads the configuration; ``days_fresh`` is how long each kind stays fresh. Raises ConfigurationError."""
    root = document_entry(document, "configuration", ConfigurationError)
    root.only("id", "measures", "instruments", "facts", "asked_once")
    shared: list[Shared] = []
    for entry in root.entries("measures", default=[]):
        name, days = _named(entry, days_fresh)
        shared.append(Shared(f"{name}.", days, is_prefix=True))
    for entry in root.entries("instruments", default=[]):
        name, days = _named(entry, days_fresh)
        shared += [Shared(f"{name}{sign}", days, is_prefix=True) for sign in "._"]
    for entry in root.entries("facts", default=[]):
        shared.append(Shared(*_named(entry, days_fresh), is_prefix=False))
    return SharedFacts(tuple(shared), root.texts("asked_once"))


def _named(entry: Entry, days_fresh: Mapping[str, int]) -> tuple[str, int]:
    entry.only("name", "freshness")
    kind = entry.text("freshness")
    if kind not in days_fresh:
        raise entry.fail("freshness", f"'{kind}' is no kind of measure; {did_you_mean(kind, days_fresh)}")
    return entry.text("name"), days_fresh[kind]


@cache
def shared_facts_in(pathways_dir: Path) -> SharedFacts:
    """What a folder of pathways shares, fresh as its newest performance year says; else what is shipped."""
    (file,) = configuration_files(pathways_dir, "shared_facts.yaml")
    days_fresh = {kind: each.days for kind, each in access_rules_in(pathways_dir).freshness.items()}
    return shared_facts_from(document(file), days_fresh)


def series_of(
    connection: Connection, case: Mapping[str, Any], name: str, zone: ZoneInfo, shared: SharedFacts
) -> list[dict[str, Any]]:
    """All values of a fact that a case sees, in the order they were true; ``case_id`` says which case each is of.

    What pages show and the pathway reads is the same; see `FactBook` for a command's own reading.
    """
    since = shared.since(name, case["aligned_on"], zone)
    others = () if since is None else store.other_cases(connection, case["patient_id"], case["id"])
    rows = store.series(connection, case["id"], name)
    if since is not None and others:
        rows += map(dict, store.series_beside(connection, others, name, since))
    return sorted(rows, key=store.when)
