"""Which day an address asks for."""

from __future__ import annotations

from datetime import date

_FIRST, _LAST = 1900, 2199  # years; beyond them, days before and after would leave the calendar


def day_of(text: str | None) -> date | None:
    """The day of an address; None for one that is none, or in no year of ours."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if _FIRST <= found.year <= _LAST else None
