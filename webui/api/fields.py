"""The kinds of values that the API's schemas are made of, each with what to say of a wrong one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from marshmallow import ValidationError, fields, validate

from care.errors import did_you_mean
from engine.bpmn import extension
from engine.statuses import FINAL, RUNNING
from interop.identifiers import icd10cm, mbi

DATE_WORDS = "write year, month and day as 2026-03-01"
INSTANT_WORDS = "write an instant with its time zone, such as 2026-03-01T09:30:00-05:00"

# What the diagrams and the engine may say is what the API may say.
TRACKS = extension.TRACKS
TASK_KINDS = extension.KINDS
PRIORITIES = extension.PRIORITIES
CASE_STATUSES = (*RUNNING, *FINAL)
TASK_STATUSES = ("open", "done", "cancelled")

# The strata of the equity review; language is a field of its own. How each is measured is the organisation's
# own: a yes or no, a number or a short word.
EQUITY_STRATA = ("dual_eligible", "area_deprivation", "rural", "disability", "digital_access")


class Text(fields.String):
    """A text of at least one sign, without the blanks around it."""

    def __init__(self, most: int, **settings: Any) -> None:
        super().__init__(validate=validate.Length(1, most, error=f"write 1 to {most} characters"), **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> str:
        return super()._deserialize(value, attr, data, **settings).strip()


def day(**settings: Any) -> fields.Date:
    """A local calendar day."""
    return fields.Date(error_messages={"invalid": DATE_WORDS}, **settings)


def instant(**settings: Any) -> fields.AwareDateTime:
    """An instant with its offset; one without is refused, since nobody could say which moment it is."""
    words: dict[str, Any] = {"invalid": INSTANT_WORDS, "invalid_awareness": INSTANT_WORDS}
    return fields.AwareDateTime(format="iso", error_messages=words, validate=_in_lifetime, **settings)


def choice(known: tuple[str, ...], **settings: Any) -> fields.String:
    """One of the known words."""
    return fields.String(validate=validate.OneOf(known, error="choose one of {choices}"), **settings)


def written(reader: Callable[[str], str | None], example: str, **settings: Any) -> fields.String:
    """A text in the form that `reader` gives it; refused where the reader finds it is not well formed."""

    class Written(Text):
        def _deserialize(self, value: Any, attr: str | None, data: Any, **given: Any) -> str:
            found = reader(super()._deserialize(value, attr, data, **given))
            if found is None:
                raise ValidationError(f"'{value}' is not well formed; write it as {example}")
            return found

    return Written(40, **settings)


def mbi_field(**settings: Any) -> fields.String:
    """A Medicare Beneficiary Identifier, kept without dashes."""
    return written(mbi, "1EG4TE5MK73 (11 signs; the letters S, L, O, I, B and Z are not used)", **settings)


def icd10cm_field(**settings: Any) -> fields.String:
    """An ICD-10-CM code, kept with its dot."""
    return written(icd10cm, "M17.11 (ICD-10-CM)", **settings)


def known_time_zone(name: str) -> None:
    """Refuses a name that is not in the IANA time zone database."""
    known = available_timezones()
    if name not in known:
        raise ValidationError(f"no time zone '{name}'; {did_you_mean_zone(name)}")


def did_you_mean_zone(name: str) -> str:
    """The closest IANA name; the whole list would fill pages."""
    hint = did_you_mean(name, available_timezones())
    return hint if hint.startswith("did") else "give an IANA name such as America/New_York"


def known_strata(given: Mapping[str, Any]) -> None:
    """Refuses strata that nothing reads, and values other than a yes or no, a number or a short word."""
    errors = {}
    for name, value in given.items():
        if name not in EQUITY_STRATA:
            errors[name] = [f"is not known; {did_you_mean(name, EQUITY_STRATA)}"]
        elif not isinstance(value, bool | int | float | str) or (isinstance(value, str) and len(value) > 100):
            errors[name] = ["give true or false, a number, or a text of at most 100 characters"]
    if errors:
        raise ValidationError(errors)


def _in_lifetime(value: datetime) -> None:
    if not datetime(1900, 1, 1, tzinfo=UTC) <= value <= datetime(2199, 12, 31, tzinfo=UTC):
        raise ValidationError("give an instant from 1900 to 2199")
