"""How incidents are told: what waits to be carried out, and how they were settled; nothing that was entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.events import EVENTS, INTERNAL
from engine.incidents.kept import Kept, not_taken_in, waiting_in
from engine.store.people import name_of
from engine.store.tasks import task
from webui.extension import engine
from webui.words import day

RESOLUTIONS: Mapping[str, str] = {
    "retried": "tried again, and it went on",
    "skipped": "let go past the step",
    "migrated": "went on in another version",
    "ended": "ended with its process",
}
_MOMENTS = {"begin": "It begins", "paused": "The case was paused", "resumed": "The case was resumed"}


def kept_words(connection: Connection, kept: Sequence[Mapping[str, Any]]) -> list[str]:
    """What waits to be carried out when the process goes on, in order."""
    return [f"{_words(connection, each)}, {_when(each['at'])}" for each in waiting_in(kept)]


def not_taken_words(connection: Connection, kept: Sequence[Mapping[str, Any]]) -> list[tuple[Kept, str]]:
    """The answers that could not be carried out, in order, with what became of each."""
    return [(each, _not_taken(connection, each)) for each in not_taken_in(kept)]


def _not_taken(connection: Connection, kept: Kept) -> str:
    told, row = kept["not_taken"], task(connection, kept["task"])
    fields = f" ({', '.join(told['fields'])})" if told["fields"] else ""
    then = "; it is filled in where the task is opened" if row["status"] == "open" else ""
    return f"{_words(connection, kept)}, {_when(kept['at'])}: not carried out, because {told['why']}{fields}{then}"


def _words(connection: Connection, kept: Mapping[str, Any]) -> str:
    if kept["kind"] == "command":
        title = task(connection, kept["task"])["title"]
        return f"{name_of(connection, kept['actor'])} has completed “{title}”"
    if kept["kind"] == "event":
        type_ = kept["event"]["type"]
        return EVENTS[type_].sentence if type_ in EVENTS else INTERNAL[type_]
    return _MOMENTS[kept["kind"]]


def _when(instant: str) -> str:
    return day(datetime.fromisoformat(instant).astimezone(engine().zone).date())
