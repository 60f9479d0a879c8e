"""How each kind of history entry is told: one sentence a kind, or a decision that it is not told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from care.calendars import local_date
from engine.events import EVENTS, INTERNAL
from worklists.value_words import ValueWords

_MEASURING = ("measure.recorded", "response.received")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: what it is about, and what is said of it; ``short`` is how it reads among what something led to."""

    about: str
    words: str
    short: str


@dataclass(frozen=True, slots=True)
class Book:
    """What sentences look up: tasks by id, how values are said, and how needs are called."""

    tasks: Mapping[str, Mapping[str, Any]]
    values: ValueWords
    needs: Mapping[str, str]
    zone: ZoneInfo

    def title(self, entry: Mapping[str, Any]) -> str:
        return str(self.tasks[entry["task_id"]]["title"])


Teller = Callable[[Mapping[str, Any], Mapping[str, Any], Book], Said | None]


def _started(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said:
    return Said(entry["summary"], "", "")


def _process(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said | None:
    """A process that an event started; the track's own begins with the case, a need's is told by its event."""
    event = detail.get("event")
    is_told = event is not None and event["type"] != "need.identified"
    return Said(entry["summary"], "", entry["summary"]) if is_told else None


def _created(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said:
    title, due = book.title(entry), _day(date.fromisoformat(detail["due_on"]))
    return Said(title, f"came up, due {due}.", f"{title} (due {due})")


def _completed(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said:
    words = ["is done."]
    if "occurred_on" in detail:
        words = [f"was done on {_day(date.fromisoformat(detail['occurred_on']))}."]
    if values := book.values.of_facts(detail.get("facts", {})):
        words.append(f"{', '.join(values)}.")
    if detail.get("late_reason"):
        words.append(f"Recorded later: {detail['late_reason'].rstrip('.')}.")
    return Said(book.title(entry), " ".join(words), "")


def _cancelled(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said:
    title = book.title(entry)
    return Said(title, f"is not needed any more: {detail['why']}.", f"{title} is not needed any more")


def _snoozed(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said:
    until = _day(date.fromisoformat(detail["until"]))
    return Said(book.title(entry), f"waits until {until}: {detail['reason'].rstrip('.')}.", "")


def _attempted(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said:
    about, _, outcome = entry["summary"].partition(": ")
    note = f" {detail['note']}" if detail.get("note") else ""
    return Said(about, f"for “{book.title(entry)}”: {outcome}.{note}", entry["summary"])


def _event(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said | None:
    type_ = detail["type"]
    if type_ in ("contact.unanswered", "care_update.failed"):
        return None  # the attempt itself is told
    about = EVENTS[type_].sentence if type_ in EVENTS else INTERNAL[type_]
    if type_ == "need.identified":
        need = f"{about}: {book.needs.get(detail['reason'], detail['reason'])}"
        return Said(need, "", need)
    words = [f"({detail['to']})"] if detail.get("to") else []
    if detail.get("facility"):
        words.append(f"at {detail['facility']}")
    on = date.fromisoformat(detail["on"])
    if on != local_date(entry["at"], book.zone):
        words.append(f"on {_day(on)}")
    if detail.get("reason") and not words:
        about += ":"
    text = ": ".join(filter(None, (" ".join(words), detail.get("reason"))))
    text = f"{text.rstrip('.')}." if text else ""
    if type_ in _MEASURING:
        text = _measured(detail, book)
    elif entry["kind"] == "event.unmatched":
        text += " Nothing in the pathway waited for it."
    return Said(about, text.strip(), about.rstrip(":"))


def is_device_reading(entry: Mapping[str, Any]) -> bool:
    """Whether an entry is a value that a device sent; a cuff or a scale does so day after day."""
    if entry["kind"] not in ("event.received", "event.unmatched"):
        return False
    detail = json.loads(entry["detail"])
    return bool(detail["type"] == "measure.recorded" and detail.get("source") == "device")


def _measured(detail: Mapping[str, Any], book: Book) -> str:
    """The values that came from a device, a laboratory or a questionnaire; facts, so nothing need wait for them."""
    if "instrument" in detail:
        return f"{book.values.of_instrument(detail['instrument'])}."
    return f"{', '.join(book.values.of_payload(detail))}."


def _rule(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said | None:
    """What a decision said: the sentence that it gave, else the notes of its rows; one without either is not told."""
    said = detail["outputs"].get("rule")
    found = [said] if isinstance(said, str) else [m["annotation"] for m in detail["matched"] if m["annotation"]]
    name = entry["summary"].partition(":")[0]
    text = " ".join(found)
    return Said(name, text, f"{name}: {text.rstrip('.')}") if found else None


def _operation(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said | None:
    """Of what the system does by itself only an update to the PCP is told; a pause or an end is told as such."""
    summary = entry["summary"]
    return Said("Care update.", f"{summary}.", summary) if detail["operation"] == "care_update.send" else None


def _deadline(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said:
    """A day of ACCESS that passed, and what that leads to."""
    about = f"Missed: {detail['title']}."
    return Said(about, detail["consequence"], f"{about} {detail['consequence']}")


def _delivery(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said:
    about = "Care update." if entry["kind"].startswith("care_update.") else "Next period."
    return Said(about, f"{entry['summary'].rstrip('.')}.", entry["summary"])


def _status(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said:
    return Said(f"{entry['summary'].rstrip('.')}.", "", entry["summary"])


def _migrated(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said:
    """The pathway was changed while the patient was on it: what that changed for what is open."""
    summary = entry["summary"]
    note = f"{detail['note'].rstrip('.')}." if detail.get("note") else ""
    return Said(f"{summary}.", note, summary)


def _uncaught(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> Said:
    words = f"ended in an error that no step takes ({detail['code']}). The clinical director should know."
    return Said(entry["summary"], words, f"{entry['summary']} {words}")


TELLERS: Mapping[str, Teller] = {
    "case.started": _started,
    "process.started": _process,
    "task.created": _created,
    "task.completed": _completed,
    "task.cancelled": _cancelled,
    "task.snoozed": _snoozed,
    "contact.attempted": _attempted,
    "event.received": _event,
    "event.unmatched": _event,
    "rule.matched": _rule,
    "operation.done": _operation,
    "deadline.missed": _deadline,
    "care_update.delivered": _delivery,
    "care_update.failed": _delivery,
    "case.told": _status,
    "follow_on.started": _delivery,
    "follow_on.failed": _delivery,
    "outgoing.retried": _status,
    "outgoing.dropped": _status,
    "error.uncaught": _uncaught,
    "process.migrated": _migrated,
    "incident.opened": _status,
    "event.kept": _status,
    "answer.kept": _status,
    "incident.retried": _status,
    "incident.skipped": _status,
    "incident.resolved": _status,
    "case.paused": _status,
    "case.resumed": _status,
    "case.concluded": _status,
    "case.closed": _status,
}
# Who has a task is seen at the task; that a timer fired, a fact was noted or a process ended is seen in what followed.
UNTOLD = frozenset(
    {"task.assigned", "timer.fired", "fact.recorded", "process.ended", "process.moved", "care_update.composed"}
)


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b}"
