"""What happened in a case, whole: its record page by page, and where the case stood at any moment of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from care.targets import Targets
from engine.errors import NotFound
from engine.library import Library
from engine.store.history import entries_at, outline, versions_of
from engine.store.people import name_of
from engine.store.versions import version
from worklists.needs import need_titles
from worklists.patient_story import book_of
from worklists.story_sentences import Book
from worklists.trace_diagrams import VersionDiagrams, diagrams_of
from worklists.trace_folds import Row, folded, routine_of
from worklists.trace_lines import Told, told
from worklists.trace_moments import Moment, moment_at, moment_of, moments, place_of
from worklists.trace_positions import Standing, positions
from worklists.value_words import value_words

PAGE = 50  # moments


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of a record. ``earlier`` and ``later`` are entries by which the neighbouring pages are asked for."""

    rows: tuple[Row, ...]
    shown: int
    total: int
    earlier: int | None
    later: int | None


class Trace:
    """One case's record, read once for a page: its outline, and the diagrams of the versions it names."""

    def __init__(self, connection: Connection, case: RowMapping, library: Library, targets: Targets, zone: ZoneInfo):
        self.connection, self.case, self._library, self._zone = connection, case, library, zone
        self._targets = targets
        self._outline: Sequence[Any] = outline(connection, case["id"])
        self._versions: dict[str, VersionDiagrams] = {}
        self.moments: tuple[Moment, ...] = moments(self._outline)
        if not self.moments:
            raise NotFound("record of case", case["id"])

    # -- when ---------------------------------------------------------------------------------------------------------
    def moment(self, seq: int | None) -> Moment:
        """The moment of an entry; the latest one without one."""
        return self.moments[-1] if seq is None else moment_of(self.moments, seq)

    def element_of(self, moment: Moment, seq: int | None) -> str | None:
        """The element that entry ``seq`` of the moment is about, else the first of its entries that names one."""
        own = [row for row in self._outline if moment.first <= row.seq <= moment.last and row.element_id]
        own.sort(key=lambda row: row.seq != seq)
        return str(own[0].element_id) if own else None

    def moment_at(self, instant: datetime) -> Moment:
        return moment_at(self.moments, instant)

    def beside(self, moment: Moment) -> tuple[int | None, int | None]:
        """The last entries of the moments before and after one."""
        place = place_of(self.moments, moment)
        before = self.moments[place - 1].last if place else None
        after = self.moments[place + 1].last if place + 1 < len(self.moments) else None
        return before, after

    # -- where --------------------------------------------------------------------------------------------------------
    def positions(self, moment: Moment) -> list[Standing]:
        """Every process that had begun, as it stood when the moment was over."""
        return positions(self.connection, self.case["id"], moment.last, self._outline)

    def diagrams(self, digest: str) -> VersionDiagrams:
        """The diagrams of a version; raises NotFound."""
        if digest not in self._versions:
            self._versions[digest] = diagrams_of(dict(version(self.connection, digest)))
        return self._versions[digest]

    def name_of(self, element: str) -> str:
        """How an element is called in the newest version of the case's that has it; its id where none has."""
        digests = versions_of(self.connection, self.case["id"])
        for digest in dict.fromkeys([self.case["version"], *digests]):
            if (found := self.diagrams(digest).holding(None, element)) is not None:
                return found.elements[element].name
        return element

    def status(self, moment: Moment) -> str:
        """What the case was in at a moment: active, paused, concluded or closed."""
        said = {
            "case.paused": "paused",
            "case.resumed": "active",
            "case.concluded": "concluded",
            "case.closed": "closed",
        }
        found = [said[row.kind] for row in self._outline if row.kind in said and row.seq <= moment.last]
        return found[-1] if found else "active"

    # -- what ---------------------------------------------------------------------------------------------------------
    def page(self, around: int | None, *, oldest_first: bool, keep: int | None = None) -> Timeline:
        """The page that entry ``around`` stands on, the first one without it; the moment of ``keep`` is not folded."""
        ordered = self.moments if oldest_first else self.moments[::-1]
        place = 0
        if around is not None:
            place = place_of(self.moments, self.moment(around))
            place = place if oldest_first else len(ordered) - 1 - place
        first = place - place % PAGE
        shown = ordered[first : first + PAGE]
        before = ordered[first - 1].last if first else None
        after = ordered[first + PAGE].last if first + PAGE < len(ordered) else None
        earlier, later = (before, after) if oldest_first else (after, before)
        return Timeline(tuple(self._rows(shown, keep)), len(shown), len(ordered), earlier, later)

    def about(self, element: str, *, oldest_first: bool, limit: int = 4 * PAGE) -> Timeline:
        """The moments with an entry about an element, at most ``limit`` of them, nothing folded."""
        ordered = self.moments if oldest_first else self.moments[::-1]
        found = [each for each in ordered if element in each.elements]
        items = self._told(found[:limit])
        return Timeline(tuple(items), len(items), len(found), None, None)

    def _rows(self, shown: Sequence[Moment], keep: int | None) -> list[Row]:
        return folded([(each, routine) for each, routine in self._read(shown)], keep, self._zone)

    def _told(self, shown: Sequence[Moment]) -> list[Told]:
        return [each for each, _ in self._read(shown)]

    def _read(self, shown: Sequence[Moment]) -> list[tuple[Told, Any]]:
        """Moments told, with what of routine each is, all from one query."""
        seqs = [seq for moment in shown for seq in range(moment.first, moment.last + 1)]
        entries = {row["seq"]: dict(row) for row in entries_at(self.connection, self.case["id"], seqs)}
        book, names = self.book(), self.names()
        found = []
        for moment in shown:
            own = [entries[seq] for seq in range(moment.first, moment.last + 1) if seq in entries]
            found.append((told(moment, own, book, names, self.diagrams), routine_of(own, book)))
        return found

    def book(self) -> Book:
        """What sentences about the case look up."""
        words = value_words(self._targets, self._library.measures())
        return book_of(self.connection, self.case["id"], words, need_titles(self._library), self._zone)

    def names(self) -> Callable[[str], str]:
        """How actors are called, each looked up once."""
        known: dict[str, str] = {}

        def name(actor: str) -> str:
            if actor not in known:
                known[actor] = name_of(self.connection, actor)
            return known[actor]

        return name
