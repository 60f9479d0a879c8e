"""Which task comes first: what presses, then the latest, then by when they are due and how much they matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Band = Literal["now", "overdue", "today", "week", "later"]
BANDS: tuple[Band, ...] = ("now", "overdue", "today", "week", "later")
PRIORITIES = ("urgent", "high", "normal")
SAFETY = "safety"  # a kind of task

# "This week" is the seven days that begin today, on any weekday: a Friday's list must not end at the weekend.
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, order=True)
class Rank:
    """A place in the list; the smallest comes first.

    ``lateness`` is the due date of a task that is late and today of every other one, so that the latest comes
    first and what is not late is ordered by the members after it.
    """

    urgency: int
    lateness: date
    band: int
    priority: int
    due_on: date
    id: str


def presses(priority: str, kind: str | None = None) -> bool:
    """Whether a task comes before all others and stands for itself: an urgent one, and safety whatever its priority."""
    return priority == "urgent" or kind == SAFETY


def band_of(priority: str, due_on: date, today: date, kind: str | None = None) -> Band:
    """Where a task stands in the day. What presses is for now, whenever it was due."""
    if presses(priority, kind):
        return "now"
    if due_on < today:
        return "overdue"
    if due_on == today:
        return "today"
    return "week" if due_on < today + WEEK else "later"


def rank(task_id: str, priority: str, due_on: date, today: date, kind: str | None = None) -> Rank:
    """The place of a task in the list on a day."""
    return Rank(
        urgency=0 if presses(priority, kind) else 1,
        lateness=min(due_on, today),
        band=BANDS.index(band_of("normal", due_on, today)),
        priority=PRIORITIES.index(priority),
        due_on=due_on,
        id=task_id,
    )
