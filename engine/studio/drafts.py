"""A draft: where it begins, how its files are opened and saved, and when it is over."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, RowMapping

from engine.errors import InvalidInput, NotFound, Refused, SavedMeanwhile
from engine.safe_xml import UnsafeXml, parse_xml
from engine.store import studio as store
from engine.store.people import name_of
from engine.store.versions import version
from engine.studio.origins import fingerprint, is_changed, made_from
from engine.studio.paths import kind_of_path
from engine.studio.titles import file_title
from engine.studio.workspace import published_sources

MOST_CHARACTERS = 2_000_000
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # no database keeps them


@dataclass(frozen=True, slots=True)
class Draft:
    """``base`` is the version that it began as, ``main`` the file that it is opened with, ``status`` open, published
    or discarded; ``published`` are the hashes of the versions that it became, ``note`` says why."""

    id: int
    title: str
    base: str | None
    main: str
    status: str
    revision: int
    created_at: datetime
    created_by: str
    saved_at: datetime
    saved_by: str
    published: tuple[str, ...]
    note: str | None

    @property
    def is_open(self) -> bool:
        return self.status == "open"


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file of a draft as an editor opens it: ``revision`` is what the next save says that it was made from, and
    ``origin`` the fingerprint of the published text, empty where none is published."""

    path: str
    text: str
    revision: int
    changed: bool
    origin: str


@dataclass(frozen=True, slots=True)
class Window:
    """The window of an editor that saves, by a name that no other has; ``edition`` grows with each change in it."""

    name: str
    edition: int


@dataclass(frozen=True, slots=True)
class Saved:
    revision: int
    saved_at: datetime


def draft(connection: Connection, draft_id: int) -> Draft:
    """The draft; raises NotFound."""
    return draft_of(store.draft_row(connection, draft_id))


def draft_of(row: RowMapping) -> Draft:
    """A draft from its row."""
    values = {field.name: row[field.name] for field in fields(Draft)}
    return Draft(**{**values, "published": tuple(row["published"] or ())})


def draft_from_version(connection: Connection, base: str, main: str, *, by: str, now: datetime) -> int:
    """A draft that begins as a version, opened with one of its files; raises NotFound."""
    row = version(connection, base)
    if main not in row["sources"]:
        raise NotFound("file of this version", main)
    kind_of_path(main)
    return _add(connection, file_title(main, row["sources"][main]), base, main, by, now)


def draft_from_text(
    connection: Connection, title: str, base: str | None, main: str, text: str, *, by: str, now: datetime
) -> int:
    """A draft that begins with a text of its own: a file that was brought along, or a new one."""
    text = _checked(main, text)
    draft_id = _add(connection, title, base, main, by, now)
    origin = made_from(connection, base, main)
    store.keep_file(connection, draft_id, main, text, revision=1, by=by, now=now, made_from=origin)
    store.note_saved(connection, draft_id, revision=1, by=by, now=now)
    return draft_id


def _add(connection: Connection, title: str, base: str | None, main: str, by: str, now: datetime) -> int:
    return store.add_draft(
        connection,
        {
            "title": title[:200],
            "base": base,
            "main": main,
            "status": "open",
            "revision": 0,
            "created_at": now,
            "created_by": by,
            "saved_at": now,
            "saved_by": by,
        },
    )


def opened_file(connection: Connection, draft_id: int, path: str, shipped: Path) -> OpenedFile:
    """A file as the draft has it; raises NotFound when neither it nor anything published has such a file."""
    kind_of_path(path)
    base = draft(connection, draft_id).base
    published = published_sources(connection, base, shipped)
    own = store.files_of(connection, draft_id).get(path)
    if own is not None and is_changed(own):
        return OpenedFile(
            path, own["text"], own["revision"], own["text"] != published.get(path), own["made_from"] or ""
        )
    if path not in published:
        raise NotFound("file", path)
    revision = 0 if own is None else own["revision"]
    return OpenedFile(path, published[path], revision, False, made_from(connection, base, path) or "")


def save(
    connection: Connection,
    draft_id: int,
    path: str,
    text: str,
    revision: int,
    *,
    by: str,
    now: datetime,
    window: Window | None = None,
    origin: str | None = None,
) -> Saved:
    """Keep a file's text. ``revision`` is that of the text that it was made from, 0 for a file not saved before;
    ``origin`` is that of the file as it was opened, None where the two are one act.

    A window may save over what it saved last itself, whatever revision it names: the answer that would have told it
    may have been lost. Raises SavedMeanwhile when another text was kept since, Refused for a draft that is over,
    InvalidInput for a text that is none of its kind. Saving what is kept already changes nothing.
    """
    text = _checked(path, text)
    row = store.locked_draft(connection, draft_id)
    _refuse_over(draft_of(row))
    kept = store.files_of(connection, draft_id).get(path)
    if kept is not None and kept["text"] == text:
        return Saved(kept["revision"], kept["saved_at"])
    if revision != (0 if kept is None else kept["revision"]) and not _goes_on(kept, by, window):
        if kept is None:
            raise InvalidInput({"revision": f"'{path}' is not a file of this draft, or no more; its revision is 0"})
        who = name_of(connection, kept["saved_by"])
        is_own = bool(kept["saved_by"] == by)
        origin = kept["made_from"] or ""
        raise SavedMeanwhile(path, who, kept["saved_at"], kept["text"], kept["revision"], origin=origin, is_own=is_own)
    number = row["revision"] + 1
    saved_in, edition = (None, None) if window is None else (window.name, window.edition)
    if origin is None:
        origin = made_from(connection, row["base"], path)
    store.keep_file(
        connection,
        draft_id,
        path,
        text,
        revision=number,
        by=by,
        now=now,
        saved_in=saved_in,
        edition=edition,
        # Seen from when the file was opened: what was published before this first change is not taken back unseen.
        made_from=kept["made_from"] if kept is not None and is_changed(kept) else origin or None,
    )
    store.note_saved(connection, draft_id, revision=number, by=by, now=now)
    return Saved(number, now)


def _goes_on(kept: RowMapping | None, by: str, window: Window | None) -> bool:
    """Whether the window saves a later text than the one it saved last; what was held up on its way is earlier."""
    if kept is None or window is None:
        return False
    return (kept["saved_by"], kept["saved_in"]) == (by, window.name) and kept["edition"] <= window.edition


def take_back(connection: Connection, draft_id: int, path: str, shipped: Path, *, by: str, now: datetime) -> bool:
    """Take a file's changes out of the draft: it is again as it is published; False where the file is gone with them.

    A window that has it open is asked at its next save, as after any other save. Raises Refused for a draft that is
    over, for a file that it does not change, and for the file that it consists of.
    """
    row = store.locked_draft(connection, draft_id)
    _refuse_over(draft_of(row))
    own = store.files_of(connection, draft_id).get(path)
    if own is None or not is_changed(own):
        raise Refused(f"this draft changes nothing in '{path}'")
    published = published_sources(connection, row["base"], shipped).get(path)
    if published is None and path == row["main"]:
        raise Refused(f"'{path}' is new, and all that this draft began with: discard the draft instead")
    number = row["revision"] + 1
    if published is None:
        store.drop_file(connection, draft_id, path)
    else:
        origin = fingerprint(published)
        store.keep_file(connection, draft_id, path, published, revision=number, by=by, now=now, made_from=origin)
    store.note_saved(connection, draft_id, revision=number, by=by, now=now)
    return published is not None


def discard(connection: Connection, draft_id: int, *, by: str, now: datetime) -> None:
    """End a draft without publishing it; its files are kept, nobody edits them. Raises Refused when it is over."""
    if not store.end_draft(connection, draft_id, "discarded", by=by, now=now):
        _refuse_over(draft(connection, draft_id))


def _refuse_over(found: Draft) -> None:
    if not found.is_open:
        raise Refused(f"this draft was {found.status} on {found.saved_at:%Y-%m-%d}; begin another to change it further")


def _checked(path: str, text: str) -> str:
    """The text with plain line ends; raises InvalidInput when it is none of its kind."""
    kind = kind_of_path(path)
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput({"text": f"'{path}' has {len(text):,} characters; at most {MOST_CHARACTERS:,} are kept"})
    unkept = _NO_TEXT.search(text)
    if unkept is not None:
        line = text.count("\n", 0, unkept.start()) + 1
        raise InvalidInput({"text": f"line {line} of '{path}' holds a sign that is no text, such as NUL; take it out"})
    text = text.replace("\r\n", "\n")
    if kind in ("bpmn", "dmn"):
        try:
            parse_xml(text.encode(), path)
        except UnsafeXml as error:
            raise InvalidInput({"text": f"line {error.line or 1} of '{path}': {error.message}"}) from error
    return text
