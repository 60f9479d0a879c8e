"""Where the next page of a list begins: a rank as text, and back."""

from __future__ import annotations

from datetime import date

from engine.errors import InvalidInput
from worklists.ranking import Rank


def written(rank: Rank) -> str:
    """A rank as text that fits into an address."""
    numbers = (rank.urgency, rank.lateness.isoformat(), rank.band, rank.priority, rank.due_on.isoformat())
    return "~".join([*map(str, numbers), rank.id])


def read(text: str) -> Rank:
    """The rank that `written` made; raises InvalidInput for anything else."""
    try:
        urgency, lateness, band, priority, due_on, task_id = text.split("~", 5)
        return Rank(
            int(urgency), date.fromisoformat(lateness), int(band), int(priority), date.fromisoformat(due_on), task_id
        )
    except ValueError as error:
        raise InvalidInput({"after": "is not the beginning of a page; take it from `next`"}) from error
