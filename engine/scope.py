"""What an expression of a case can read: facts by name, the case, the patient, the event, the day; nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from care.calendars import day_number, local_date
from engine.feel import Value, to_feel

FactReader = Callable[[str], Any]


class Scope(Mapping[str, Value]):
    """Names to values, worked out when asked; a fact is read from the database only when an expression names it."""

    def __init__(
        self,
        values: Mapping[str, Any],
        fact: FactReader,
        series: FactReader,
        computed: Mapping[str, Callable[[], Any]] | None = None,
    ) -> None:
        self._values, self._fact, self._series = values, fact, series
        self._computed = computed or {}

    def __getitem__(self, name: str) -> Value:
        if name in self._values:
            return to_feel(self._values[name])
        if name in self._computed:
            return to_feel(self._computed[name]())
        if name.startswith("series."):
            return to_feel(self._series(name.removeprefix("series.")))
        head, _, entry = name.partition(".")
        holder = self._values.get(head) if entry else None
        if isinstance(holder, Mapping) and entry in holder:
            raise KeyError(name)  # an entry of the case or of what is at hand, and no fact: the database is not asked
        found = self._fact(name)
        if found is None:
            raise KeyError(name)
        return to_feel(found)

    def with_values(self, **values: Any) -> Scope:
        """The same scope with some names more."""
        return Scope({**self._values, **values}, self._fact, self._series, self._computed)

    def __iter__(self) -> Iterator[str]:
        yield from self._values
        yield from self._computed

    def __len__(self) -> int:
        return len(self._values) + len(self._computed)


def case_values(
    case: Mapping[str, Any], patient: Mapping[str, Any], as_of: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """The names that every expression of a case has: case, patient, today and now."""
    today = local_date(as_of, zone)
    day = day_number(case["aligned_on"], today)
    return {
        "case": {
            "id": case["id"],
            "track": case["track"],
            "status": case["status"],
            "aligned_on": case["aligned_on"],
            "period": case["period"],
            "day": day,
            "week": day // 7,
        },
        "patient": {
            "name": patient["name"],
            "first_name": patient["name"].split()[0],
            "age": _age(patient["birth_date"], today),
            "pcp": patient["pcp"],
            "language": patient["language"],
            "conditions": list(patient["conditions"]),
        },
        "today": today,
        "now": as_of.astimezone(zone),
    }


def _age(birth_date: date, today: date) -> int:
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
