"""How a change of a value is said: short values whole, long texts cut to the words that differ."""

from __future__ import annotations

from typing import Final

_WHOLE: Final = 90  # characters that are shown as they are
_AROUND: Final = 24  # characters kept on either side of what differs


def altered(part: str, before: str | None, after: str | None) -> str:
    """ "due changed from P7D to P10D", "form set to x", "title taken out (it was “y”)": what happened to a part."""
    if before is None:
        return f"{part} set to {quoted(after)}"
    if after is None:
        return f"{part} taken out (it was {quoted(before)})"
    first, second = _apart(before, after)
    return f"{part} changed from {quoted(first)} to {quoted(second)}"


def quoted(value: str | None) -> str:
    """A value in quotation marks, on one line and not endless; "nothing" when it is empty."""
    if not value:
        return "nothing"
    text = " ".join(value.split())
    return f"“{text}”" if len(text) <= 2 * _WHOLE else f"“{text[: 2 * _WHOLE].rstrip()}…”"


def _apart(before: str, after: str) -> tuple[str, str]:
    """Two texts without the long beginning and end that they share."""
    if max(len(before), len(after)) <= _WHOLE:
        return before, after
    head = _shared(before, after)
    rest = min(len(before), len(after)) - head
    tail = min(rest, _shared(before[::-1], after[::-1]))
    return _cut(before, head, tail), _cut(after, head, tail)


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (first, second) in pairs if first != second), min(len(one), len(other)))


def _cut(text: str, head: int, tail: int) -> str:
    start = _word_start(text, head - _AROUND)
    end = _word_end(text, len(text) - tail + _AROUND)
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _word_start(text: str, place: int) -> int:
    return 0 if place <= 0 else text.rfind(" ", 0, place) + 1


def _word_end(text: str, place: int) -> int:
    found = -1 if place >= len(text) else text.find(" ", place)
    return len(text) if found < 0 else found
