"""How a number is said with its noun."""

from __future__ import annotations


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 case", "2,000 cases"; ``many`` where an s does not make the plural."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
