"""When a task is due, in words: "1 day late", "today", "5 days left"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

Tone = Literal["urgent", "late", "plain"]

# Until when "the same day" lasts for an urgent task: the end of office hours, this project's default.
OFFICE_CLOSES = time(17)


@dataclass(frozen=True, slots=True)
class DueWords:
    """What to say of a due date, and how loudly."""

    text: str
    tone: Tone


def due_words(priority: str, due_on: date, today: date) -> DueWords:
    """What a list says beside a task's title."""
    late = (today - due_on).days
    urgent = priority == "urgent"
    if late > 0:
        return DueWords(f"{_days(late)} late", "urgent" if urgent else "late")
    if urgent and late == 0:
        return DueWords(f"by {OFFICE_CLOSES:%H:%M} · same day", "urgent")
    tone: Tone = "urgent" if urgent else "plain"
    if late == 0:
        return DueWords("today", tone)
    return DueWords("tomorrow" if late == -1 else f"{_days(-late)} left", tone)


def window_words(opens_on: date, closes_on: date | None) -> str | None:
    """The days on which a task can be done: "Tue 13 – Tue 20 Jan"; None when its window does not close."""
    if closes_on is None or closes_on < opens_on:
        return None
    start = f"{opens_on:%a} {opens_on.day}"
    if (opens_on.year, opens_on.month) != (closes_on.year, closes_on.month):
        start += f" {opens_on:%b}"
    return f"{start} – {closes_on:%a} {closes_on.day} {closes_on:%b}"


def window_left(closes_on: date | None, today: date) -> str | None:
    """How long a window stays open, in words; None for one that does not close."""
    if closes_on is None:
        return None
    left = (closes_on - today).days
    if left < 0:
        return f"the window closed {_days(-left)} ago"
    return "the window closes today" if left == 0 else f"the window stays open {_days(left)} more"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
