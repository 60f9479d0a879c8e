"""Who the patient of a scenario is, as its `given` tells it, and on which day the story begins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from care.documents import Entry
from care.errors import did_you_mean
from engine.scenarios.model import Patient
from engine.yaml_text import as_written

FIRST_DAY = date(2026, 7, 6)  # the Monday after the model begins, 2026-07-05 (CMS ACCESS)
_FIRST_YEAR, _LAST_YEAR = 2000, 2150  # a year outside is a slip, and calendars end somewhere
_OLDEST = 130  # years
_FIELDS = ("name", "age", "born", "sex", "pcp", "phone", "language", "time_zone", "conditions", "equity")
_TEXTS = ("sex", "pcp", "phone", "language", "time_zone")
_AGE, _NAME, _PCP = 72, "Ada Long", "Dr. Bell"


def first_day(given: Entry, key: str, otherwise: date) -> date:
    """A day of `given`; raises ScenarioError for one outside of any story."""
    if key not in given.values:
        return otherwise
    found = given.day(key)
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise given.fail(key, f"give a day from {_FIRST_YEAR} to {_LAST_YEAR}, not {found}")
    return found


def patient_of(given: Entry, begins: date) -> Patient:
    """The patient that `given` tells of, or the usual one; raises ScenarioError."""
    told = given.optional_entry("patient")
    if told is None:
        return Patient(_birthday(begins, _AGE), {"name": _NAME, "pcp": _PCP})
    told.only(*_FIELDS)
    columns: dict[str, Any] = {key: told.optional_text(key) for key in _TEXTS if key in told.values}
    columns["name"] = told.text("name", _NAME)
    columns.setdefault("pcp", _PCP)
    columns["conditions"] = told.texts("conditions")
    columns["equity"] = _equity(told)
    _check_time_zone(told)
    return Patient(_born(told, begins), columns)


def _born(told: Entry, begins: date) -> date:
    if "born" not in told.values:
        age = told.integer("age", _AGE)
        if not 0 <= age <= _OLDEST:
            raise told.fail("age", f"must be 0 to {_OLDEST} years, not {age}")
        return _birthday(begins, age)
    born = told.day("born")
    if not begins.year - _OLDEST <= born.year or born > begins:
        raise told.fail("born", f"must be a day in the {_OLDEST} years before the story begins ({begins}), not {born}")
    return born


def _birthday(begins: date, age: int) -> date:
    """A birthday in January, so that the age holds all through the first half year and beyond."""
    return date(begins.year - age, 1, 1)


def _equity(told: Entry) -> Mapping[str, Any]:
    """The strata by name, each a yes or no, a number or a text, as the API takes them."""
    entry = told.optional_entry("equity")
    if entry is None:
        return {}
    for name, value in entry.values.items():
        if not isinstance(value, bool | int | float | str):
            raise entry.fail(name, f"must be true or false, a number or a text, not {as_written(value)}")
    return dict(entry.values)


def _check_time_zone(told: Entry) -> None:
    name = told.optional_text("time_zone")
    if name is not None and name not in available_timezones():
        hint = did_you_mean(name, available_timezones())
        hint = hint if hint.startswith("did") else "give an IANA name such as America/New_York"
        raise told.fail("time_zone", f"no time zone '{name}'; {hint}")
