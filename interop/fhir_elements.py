"""How the elements of a FHIR R4 resource are read: each typed, and a wrong one named by its path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from math import isfinite
from typing import Any

from interop.errors import UnusableElement

# FHIR R4, datatypes: date and dateTime may be cut short to a month or a year.
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# A day without a time is kept as its noon in UTC, which is the same day in every time zone of the United States.
_NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Element:
    """An object of a resource, and where it stands ("Patient/7.name")."""

    path: str
    members: Mapping[str, Any]

    def fail(self, name: str, problem: str) -> UnusableElement:
        """The error to raise about one of its members."""
        return UnusableElement(f"{self.path}.{name}", problem)

    def text(self, name: str, most: int | None = None) -> str | None:
        """A text without surrounding blanks, or None; raises UnusableElement where it is too long or no text."""
        value = self.members.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.fail(name, f"must be a text, not {_kind(value)}")
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise self.fail(name, "holds a NUL character or half a surrogate pair")
        value = value.strip()
        if most is not None and len(value) > most:
            raise self.fail(name, f"has {len(value)} characters; at most {most} can be kept")
        return value or None

    def label(self, name: str, most: int = 200) -> str | None:
        """A text for people, cut where it is too long to be kept."""
        value = self.text(name)
        return value if value is None or len(value) <= most else f"{value[: most - 1]}…"

    def number(self, name: str) -> float | int | None:
        """A finite number, or None."""
        value = self.members.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise self.fail(name, f"must be a number, not {_kind(value)}")
        return value

    def child(self, name: str) -> Element | None:
        """A nested object, or None."""
        value = self.members.get(name)
        return None if value is None else self._nested(name, value)

    def children(self, name: str) -> Iterator[Element]:
        """The objects of a list, none when it is absent."""
        values = self.members.get(name)
        if values is None:
            return
        if not isinstance(values, list):
            raise self.fail(name, f"must be a list, not {_kind(values)}")
        for index, value in enumerate(values):
            yield self._nested(f"{name}[{index}]", value)

    def texts(self, name: str) -> Iterator[str]:
        """The texts of a list, none when it is absent."""
        values = self.members.get(name)
        if values is None:
            return
        if not isinstance(values, list):
            raise self.fail(name, f"must be a list, not {_kind(values)}")
        for index in range(len(values)):
            inner = Element(self.path, {f"{name}[{index}]": values[index]})
            if (text := inner.text(f"{name}[{index}]")) is not None:
                yield text

    def day(self, name: str) -> date | None:
        """A whole calendar day, or None; a month or a year alone is refused."""
        value = self.text(name)
        if value is None:
            return None
        try:
            if _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError as error:
            raise self.fail(name, f"'{value}' is not a day of the calendar") from error
        raise self.fail(name, f"'{value}' is not a whole day; write it as 1961-04-23")

    def instant(self, name: str) -> datetime | None:
        """An instant, or None; a day alone is its noon in UTC, a month or a year its first day's."""
        value = self.text(name)
        if value is None:
            return None
        try:
            partial = _PARTIAL.fullmatch(value)
            if partial:
                first = date(int(partial[1]), int(partial[2] or 1), 1)
                return datetime.combine(first, _NOON)
            if _DAY.fullmatch(value):
                return datetime.combine(date.fromisoformat(value), _NOON)
            read = datetime.fromisoformat(value)
            if read.tzinfo is None:
                raise self.fail(name, f"'{value}' has a time but no time zone")
            return read.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise self.fail(name, f"'{value}' is not a FHIR dateTime such as 2026-01-13T09:30:00-05:00") from error

    def _nested(self, name: str, value: Any) -> Element:
        if not isinstance(value, dict):
            raise self.fail(name, f"must be an object, not {_kind(value)}")
        return Element(f"{self.path}.{name}", value)


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number"}
    return names.get(type(value), f"{value!r}"[:40])
