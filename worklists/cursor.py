"""Where the next page of a list begins: a rank as text, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.errors import InvalidInput
from worklists.ranking import BANDS, PRIORITIES, Rank


def written(rank: Rank) -> str:
    """A rank as text that fits into an address."""
    numbers = (rank.urgency, rank.lateness.isoformat(), rank.band, rank.priority, rank.due_on.isoformat())
    return "~".join([*map(str, numbers), rank.id])


def read(text: str) -> Rank:
    """The rank that `written` made; raises InvalidInput for anything else."""
    try:
        urgency, lateness, band, priority, due_on, task_id = text.split("~", 5)
        numbers = ((0, 1).index(int(urgency)), _place(BANDS, band), _place(PRIORITIES, priority))
        return Rank(numbers[0], date.fromisoformat(lateness), *numbers[1:], date.fromisoformat(due_on), task_id)
    except ValueError as error:
        raise InvalidInput({"after": "is not the beginning of a page; take it from `next`"}) from error


def _place(names: Sequence[str], number: str) -> int:
    """A place that there is among the names."""
    return range(len(names)).index(int(number))
