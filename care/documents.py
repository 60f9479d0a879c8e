"""How a data file is read with types, so that a wrong entry names its file, its field and the rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from care.errors import ConfigurationError, did_you_mean

LOINC = re.compile(r"\d{1,7}-\d")


@dataclass(frozen=True, slots=True)
class Entry:
    """One mapping of a data file, and where it stands; each reader raises `error` naming file and field."""

    document: str
    path: str
    values: Mapping[Any, Any]
    error: type[ConfigurationError]

    def fail(self, field: str, message: str) -> ConfigurationError:
        """The error to raise about `field` of this entry."""
        return self.error(self.document, self._at(field), message)

    def only(self, *known: str) -> None:
        """Refuses keys that no rule reads, so that a misspelt one is not silently ignored."""
        for key in self.values:
            if key not in known:
                raise self.fail(str(key), f"is not a known field; {did_you_mean(key, known)}")

    def text(self, field: str, default: str | None = None) -> str:
        """A text; `default` makes it optional."""
        value = self.values.get(field, default)
        if not isinstance(value, str) or not (value.strip() or value == default):
            raise self.fail(field, f"must be a text, not {value!r}")
        return value

    def optional_text(self, field: str) -> str | None:
        """A text or nothing."""
        return None if self.values.get(field) is None else self.text(field)

    def choice(self, field: str, known: tuple[str, ...], default: str | None = None) -> str:
        """One of the known words."""
        value = self.text(field, default)
        if value not in known:
            raise self.fail(field, f"'{value}' is not allowed; {did_you_mean(value, known)}")
        return value

    def flag(self, field: str, default: bool) -> bool:
        """True or false."""
        value = self.values.get(field, default)
        if not isinstance(value, bool):
            raise self.fail(field, f"must be true or false, not {value!r}")
        return value

    def integer(self, field: str, default: int | None = None) -> int:
        """A whole number; `default` makes it optional."""
        value = self.values.get(field, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fail(field, f"must be a whole number, not {value!r}")
        return value

    def optional_integer(self, field: str) -> int | None:
        """A whole number or nothing."""
        return None if self.values.get(field) is None else self.integer(field)

    def number(self, field: str) -> Decimal:
        """A number, as the decimal that is written in the file."""
        return self._decimal(field, self.values.get(field))

    def optional_number(self, field: str) -> Decimal | None:
        """A number or nothing."""
        return None if self.values.get(field) is None else self.number(field)

    def day(self, field: str) -> date:
        """A calendar day."""
        value = self.values.get(field)
        if type(value) is not date:
            raise self.fail(field, f"must be a date such as 2026-07-05, not {value!r}")
        return value

    def numbers(self, field: str) -> dict[int, Decimal]:
        """A mapping from whole numbers to numbers, such as a score table."""
        return {key: self._decimal(f"{field}.{key}", value) for key, value in self._int_keys(field)}

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts; empty when absent."""
        value = self.values.get(field, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.fail(field, "must be a list of texts")
        return tuple(value)

    def integers(self, field: str) -> tuple[int, ...]:
        """A list of whole numbers; empty when absent."""
        value = self.values.get(field, [])
        if not isinstance(value, list) or not all(type(each) is int for each in value):
            raise self.fail(field, "must be a list of whole numbers")
        return tuple(value)

    def entry(self, field: str) -> Entry:
        """A nested mapping."""
        return self._nested(field, self.values.get(field))

    def optional_entry(self, field: str) -> Entry | None:
        """A nested mapping or nothing."""
        return None if self.values.get(field) is None else self.entry(field)

    def entries(self, field: str, default: list[Any] | None = None) -> list[Entry]:
        """A list of nested mappings; `default` makes it optional."""
        value = self.values.get(field, default)
        if not isinstance(value, list):
            raise self.fail(field, "must be a list")
        return [self._nested(f"{field}[{index}]", each) for index, each in enumerate(value, start=1)]

    def _at(self, field: str) -> str:
        return ".".join(part for part in (self.path, field) if part)

    def _nested(self, field: str, value: Any) -> Entry:
        if not isinstance(value, Mapping):
            raise self.fail(field, f"must be a mapping with named fields, not {value!r}")
        return Entry(self.document, self._at(field), value, self.error)

    def _decimal(self, field: str, value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise self.fail(field, f"must be a number, not {value!r}")
        number = Decimal(str(value))
        if not number.is_finite():
            raise self.fail(field, f"must be a finite number, not {value!r}")
        return number

    def _int_keys(self, field: str) -> Iterator[tuple[int, Any]]:
        for key, value in self.entry(field).values.items():
            if not isinstance(key, int) or isinstance(key, bool):
                raise self.fail(f"{field}.{key}", "must be keyed by whole numbers")
            yield key, value


def document_entry(document: Mapping[str, Any], kind: str, error: type[ConfigurationError]) -> Entry:
    """The root entry of a data file, named after its id (`instruments/phq9`); refuses a non-mapping."""
    if not isinstance(document, Mapping):
        raise error(kind, "", "must be a mapping with named fields at its top level")
    return Entry(f"{kind}/{document.get('id', '?')}", "", document, error)
