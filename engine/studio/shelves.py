"""What the library shows: published pathways with their versions, and the shared diagrams and tables they use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlalchemy import Connection, RowMapping

from engine.bpmn.extension import TRACKS
from engine.library import main_file
from engine.passed_over import passed_over_by
from engine.publish import SETTING_UP
from engine.store.cases import patients_by_version
from engine.store.people import name_of
from engine.store.versions import all_versions, newest_sources, versions_in_force
from engine.studio.titles import file_title

Standing: TypeAlias = Literal["in force", "later", "replaced", "passed over"]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version as a line of the library; ``by`` is None for what was shipped. ``patients`` run on it now.

    One that was planned is ``passed over`` when a later number takes effect no later than it.
    """

    hash: str
    number: int
    note: str
    published_at: datetime
    by: str | None
    effective_from: datetime | None
    standing: Standing
    patients: int


@dataclass(frozen=True, slots=True)
class Pathway:
    """A process that starts by itself; its versions, the newest first. ``file`` is its diagram in the newest."""

    process_id: str
    title: str
    track: str | None
    events: tuple[str, ...]
    file: str
    versions: tuple[VersionLine, ...]

    @property
    def newest(self) -> VersionLine:
        return self.versions[0]

    @property
    def in_force(self) -> VersionLine | None:
        return next((each for each in self.versions if each.standing == "in force"), None)

    @property
    def patients(self) -> int:
        return sum(each.patients for each in self.versions)


@dataclass(frozen=True, slots=True)
class User:
    """A pathway that uses a file."""

    title: str
    track: str | None


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a shared file: a version that holds it, and all pathways that do."""

    version: str
    used_by: tuple[User, ...]


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file that pathways use and that has no version of its own; several texts when they hold different ones."""

    path: str
    name: str
    texts: tuple[Text, ...]

    @property
    def used_by(self) -> tuple[User, ...]:
        return tuple(sorted((user for text in self.texts for user in text.used_by), key=_order))


@dataclass(frozen=True, slots=True)
class Shelves:
    tracks: tuple[Pathway, ...]
    started: tuple[Pathway, ...]
    called: tuple[SharedFile, ...]
    tables: tuple[SharedFile, ...]


def shelves(connection: Connection, now: datetime) -> Shelves:
    """Everything that is published, from the newest version of each process."""
    newest = newest_sources(connection)
    lines = version_lines(connection, now)
    found = sorted((_pathway(row, lines[row["process_id"]]) for row in newest), key=_order)
    own = {pathway.file for pathway in found}
    return Shelves(
        tracks=tuple(each for each in found if each.track),
        started=tuple(each for each in found if not each.track),
        called=_shared(newest, lambda path: path.endswith(".bpmn") and path not in own),
        tables=_shared(newest, lambda path: path.endswith(".dmn")),
    )


def version_lines(connection: Connection, now: datetime) -> dict[str, tuple[VersionLine, ...]]:
    """The versions of every process, the newest first, by the process's id."""
    patients = patients_by_version(connection)
    in_force = {row["hash"] for row in versions_in_force(connection, now)}
    rows = all_versions(connection)
    names = {by: name_of(connection, by) for by in {row["published_by"] for row in rows}}
    found: dict[str, list[VersionLine]] = {}
    for row in rows:
        by = None if row["published_by"] == SETTING_UP else names[row["published_by"]]
        line = VersionLine(
            hash=row["hash"],
            number=row["number"],
            note=row["note"],
            published_at=row["published_at"],
            by=by,
            effective_from=row["effective_from"],
            standing="in force" if row["hash"] in in_force else _standing(row, rows, now),
            patients=patients.get(row["hash"], 0),
        )
        found.setdefault(row["process_id"], []).append(line)
    return {process_id: tuple(lines) for process_id, lines in found.items()}


def _standing(row: RowMapping, rows: Sequence[RowMapping], now: datetime) -> Standing:
    """That of a version that is not in force, beside the others."""
    if passed_over_by(row, rows) is not None:
        return "passed over"
    return "later" if (row["effective_from"] or row["published_at"]) > now else "replaced"


def _pathway(row: RowMapping, versions: tuple[VersionLine, ...]) -> Pathway:
    return Pathway(
        process_id=row["process_id"],
        title=row["title"],
        track=row["track"],
        events=tuple(row["messages"]),
        file=main_file(row["sources"], row["process_id"]),
        versions=versions,
    )


def _shared(newest: Sequence[RowMapping], wanted: Callable[[str], bool]) -> tuple[SharedFile, ...]:
    """The files that the newest versions hold, the text of the one published last first."""
    holders: dict[str, dict[str, list[RowMapping]]] = {}
    for row in reversed(newest):
        for path, text in row["sources"].items():
            if wanted(path):
                holders.setdefault(path, {}).setdefault(text, []).append(row)
    found = [SharedFile(path, file_title(path, next(iter(texts))), _texts(texts)) for path, texts in holders.items()]
    return tuple(sorted(found, key=lambda each: each.name.lower()))


def _texts(texts: Mapping[str, Iterable[RowMapping]]) -> tuple[Text, ...]:
    held = [list(rows) for rows in texts.values()]
    return tuple(Text(rows[0]["hash"], _users(rows)) for rows in held)


def _users(rows: Iterable[RowMapping]) -> tuple[User, ...]:
    return tuple(sorted((User(row["title"], row["track"]) for row in rows), key=_order))


def _order(pathway: User | Pathway) -> tuple[int, str]:
    """The tracks in their usual order, then the others by their titles."""
    return TRACKS.index(pathway.track) if pathway.track in TRACKS else len(TRACKS), pathway.title.lower()
