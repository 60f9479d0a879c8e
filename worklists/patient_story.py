"""What happened to a patient, in plain sentences, from the history of the case."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, select

from care.calendars import local_date
from care.targets import Targets
from engine.commands import WORKER
from engine.library import Library
from engine.store.history import latest_entries
from engine.store.people import name_of
from engine.store.tables import tasks
from worklists.needs import need_titles
from worklists.story_sentences import TELLERS, UNTOLD, Book, Said, is_device_reading
from worklists.value_words import ValueWords, value_words

PAGE = 15
_BATCH = 200
_READINGS = 6  # of a day, that are said with their value
# Asked every week or two and drawn as a line of scores: told only where it led to something or was missed.
ROUTINE_FORMS = frozenset({"pain_checkin", "mood_checkin", "readings_check"})


@dataclass(frozen=True, slots=True)
class StoryItem:
    """One thing that happened, with who did it (None: the clock) and what it led to.

    ``is_quiet`` is a device's reading that led to nothing: those of a day share a line.
    """

    seq: int
    at: datetime
    kind: str
    about: str
    words: str
    by: str | None
    led_to: tuple[str, ...]
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class StoryDay:
    """A local day with what happened on it, the latest first."""

    on: date
    items: tuple[StoryItem, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """Some days of a story, the latest first; ``earlier`` is where the rest begins, None at the beginning."""

    days: tuple[StoryDay, ...]
    earlier: int | None


def story(
    connection: Connection,
    case: RowMapping,
    targets: Targets,
    library: Library,
    zone: ZoneInfo,
    *,
    before: int | None = None,
    size: int = PAGE,
) -> Story:
    """What happened in a case, the latest first: ``size`` lines, or those before an ``earlier`` of another page."""
    book = book_of(connection, case["id"], value_words(targets, library.measures()), need_titles(library), zone)
    entries: list[Mapping[str, Any]] = []
    lines: list[StoryItem] = []
    earlier: int | None = None
    more = True
    while more and earlier is None:
        batch = latest_entries(connection, case["id"], before, _BATCH)
        more = len(batch) == _BATCH
        entries += [dict(row) for row in batch]
        before = batch[-1]["seq"] if batch else before
        items = told(entries, book, lambda actor: name_of(connection, actor), whole=not more)
        lines, earlier = lines_of(items, size, zone)
    days = groupby(lines, lambda item: local_date(item.at, zone))
    return Story(tuple(StoryDay(on, tuple(found)) for on, found in days), earlier)


def lines_of(items: Sequence[StoryItem], size: int, zone: ZoneInfo) -> tuple[list[StoryItem], int | None]:
    """At most ``size`` lines of items, newest first, and the number of the last item that stands in them.

    None when all of them do. The quiet readings of a day stand where its last one does; a day that a page cuts in two
    has a line on either page.
    """
    lines: list[list[StoryItem]] = []
    quiet: dict[tuple[date, str | None], list[StoryItem]] = {}
    for place, item in enumerate(items):
        key = (local_date(item.at, zone), item.by)
        if item.is_quiet and key in quiet:
            quiet[key].append(item)
            continue
        if len(lines) == size:
            return [_line(each) for each in lines], items[place - 1].seq
        lines.append([item])
        if item.is_quiet:
            quiet[key] = lines[-1]
    return [_line(each) for each in lines], None


def _line(items: Sequence[StoryItem]) -> StoryItem:
    """One item as it is, or several readings as one line, in the order of the day."""
    if len(items) == 1:
        return items[0]
    words = list(dict.fromkeys(item.words.rstrip(".") for item in reversed(items)))
    rest = [f"and {len(words) - _READINGS} more"] if len(words) > _READINGS else []
    about = f"{len(items)} measures were recorded"
    return replace(items[0], about=about, words="; ".join(words[:_READINGS] + rest) + ".")


def told(
    entries: Sequence[Mapping[str, Any]], book: Book, name: Callable[[str], str], *, whole: bool
) -> list[StoryItem]:
    """Entries, newest first, as things that happened, newest first.

    What a person or another system did is one thing with all that it led to; what the clock did is told singly.
    Unless the entries are ``whole`` the oldest command may be cut in two, so it is left out.
    """
    commands = [list(found) for _, found in groupby(entries, lambda e: (e["command"], e["actor"]))]
    items: list[StoryItem] = []
    for command in commands if whole else commands[:-1]:
        passing = {entry["process_id"] for entry in command if entry["kind"] == "process.ended"}
        said = [
            (entry, sentence)
            for entry in reversed(command)
            # a process that ended as it began had nothing to do: it is not told
            if not (entry["kind"] == "process.started" and entry["process_id"] in passing)
            if (sentence := _sentence(entry, book)) is not None
        ]
        if not said:
            continue
        if command[0]["actor"] == WORKER.id:
            items += [_item(entry, s, None, ()) for entry, s in reversed(said) if not _is_told_elsewhere(entry, book)]
        else:
            entry, first = said[0]
            led_to = tuple(s.short for _, s in said[1:] if s.short)
            if led_to or not _is_routine(entry, book):
                item = _item(entry, first, name(entry["actor"]), led_to)
                items.append(replace(item, is_quiet=not led_to and is_device_reading(entry)))
    return items


def _item(entry: Mapping[str, Any], said: Said, by: str | None, led_to: tuple[str, ...]) -> StoryItem:
    return StoryItem(entry["seq"], entry["at"], entry["kind"], said.about, said.words, by, led_to)


def _sentence(entry: Mapping[str, Any], book: Book) -> Said | None:
    if entry["kind"] in UNTOLD:
        return None
    return TELLERS[entry["kind"]](entry, json.loads(entry["detail"]), book)


def _is_told_elsewhere(entry: Mapping[str, Any], book: Book) -> bool:
    """That a task came up is told while it is open; afterwards what became of it is told, and that is enough."""
    if entry["kind"] != "task.created":
        return False
    task = book.tasks[entry["task_id"]]
    return task["status"] != "open" or task["form"] in ROUTINE_FORMS


def _is_routine(entry: Mapping[str, Any], book: Book) -> bool:
    if entry["kind"] != "task.completed" or "late_reason" in json.loads(entry["detail"]):
        return False
    return book.tasks[entry["task_id"]]["form"] in ROUTINE_FORMS


def book_of(
    connection: Connection, case_id: str, words: ValueWords, needs: Mapping[str, str], zone: ZoneInfo
) -> Book:
    """What the sentences about a case look up."""
    columns = (tasks.c.id, tasks.c.title, tasks.c.status, tasks.c.form)
    rows = connection.execute(select(*columns).where(tasks.c.case_id == case_id)).mappings()
    return Book({row["id"]: dict(row) for row in rows}, words, needs, zone)
