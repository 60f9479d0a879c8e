"""Every error the care rules raise, as one tree.

CareError
├── ConfigurationError      a data file (windows, targets, diagnoses) says something unusable
│   ├── InstrumentError     an instrument file does
│   └── FormError           a form file does
├── AnswerError             an answer to an instrument cannot be scored
├── MeasureError            a measured value cannot be kept
├── UnitError               a unit is not UCUM, or is of another kind
├── PeriodError             a duration or cycle text cannot be read, or leaves the calendar
├── SeriesError             a series of measurements holds something else
├── NaiveInstant            an instant came without a time zone
└── UnknownName             a track, measure, kind or instrument that the configuration does not hold
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: object, known: Iterable[object]) -> str:
    """The hint that ends a message: the closest known name, or all of them when nothing is close."""
    names = sorted(str(each) for each in known)
    close = get_close_matches(str(name), names, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"known: {', '.join(names)}" if names else "none is known"


class CareError(Exception):
    """The root of what care/ raises; `code` is stable, `message` is for a person."""

    code = "care.error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ConfigurationError(CareError):
    """A data file cannot be used; `document` names it, `field` is the path inside it."""

    code = "care.configuration"

    def __init__(self, document: str, field: str, message: str) -> None:
        super().__init__(f"{document}: {field}: {message}" if field else f"{document}: {message}")
        self.document = document
        self.field = field


class InstrumentError(ConfigurationError):
    """An instrument file cannot be used."""

    code = "care.instrument"


class FormError(ConfigurationError):
    """A form file cannot be used."""

    code = "care.form"


class AnswerError(CareError):
    """An answer cannot be scored; `field` is the item (`phq9_3`), or the instrument for all items at once."""

    code = "care.answer"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.reason = message


class MeasureError(CareError):
    """A measured value cannot be kept; `field` is `value` or `unit`."""

    code = "care.measure"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class UnitError(CareError):
    """A unit is not UCUM, or does not measure the same kind of thing as the other."""

    code = "care.unit"


class PeriodError(CareError):
    """A duration or cycle cannot be read or leads out of the calendar; `text` is what was given."""

    code = "care.period"

    def __init__(self, text: str, message: str) -> None:
        super().__init__(f"'{text}': {message}")
        self.text = text


class SeriesError(CareError):
    """What was given as a series of measurements is not one."""

    code = "care.series"


class NaiveInstant(CareError):
    """An instant came without a time zone, so nobody can say which moment it is."""

    code = "care.naive_instant"

    def __init__(self, instant: object) -> None:
        super().__init__(f"{instant} has no time zone; pass an aware datetime, for example in UTC")
        self.instant = instant


class UnknownName(CareError):
    """A name the configuration does not hold; `kind` says what was looked up, `name` what was asked for."""

    code = "care.unknown_name"

    def __init__(self, kind: str, name: str, known: Iterable[object]) -> None:
        super().__init__(f"no {kind} '{name}'; {did_you_mean(name, known)}")
        self.kind = kind
        self.name = name
