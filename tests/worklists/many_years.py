"""Many track years with their facts, written as rows: what a programme holds after months of care."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from engine.settings import SHIPPED_PATHWAYS
from engine.store import tables
from engine.store.database import Database
from worklists.outcomes import Judgement

TODAY = date(2026, 10, 1)
ALIGNED = TODAY - timedelta(days=200)
ZONE = ZoneInfo("America/New_York")
Values = list[tuple[int, float]] | list[tuple[int, float, str]]  # day of the year, value, and source where it matters

# MSK in a sentence each: function and pain interference, from baseline to day 190.
GOOD: dict[str, Values] = {"pf6b.score": [(0, 36.8), (190, 40)], "pi6a.score": [(0, 60), (190, 55)]}
NEARLY: dict[str, Values] = {"pf6b.score": [(0, 36.8), (190, 38.6)], "pi6a.score": [(0, 60), (190, 55)]}
BAD: dict[str, Values] = {"pf6b.score": [(0, 36.8), (190, 35)], "pi6a.score": [(0, 60), (190, 61)]}


def judgement(today: date = TODAY) -> Judgement:
    """By the shipped rules, on a day."""
    return Judgement(SHIPPED_PATHWAYS, today, ZONE)


@dataclass
class Years:
    """Writes track years: `Years(db).add("Ada Long", "msk", GOOD)` makes patient, case and facts."""

    db: Database
    patients: dict[str, int] = field(default_factory=dict)
    hour: int = 10  # the local hour at which all was measured and reported

    def add(self, name: str, track: str, facts: dict[str, Values] | None = None, **given: Any) -> str:
        """One case; a name seen before is the same patient.

        ``equity`` is the patient's, ``reported`` the day of the year on which the end-of-period report was made; the
        rest is the case's.
        """
        return self.many([(name, track, facts or {}, given)])[0]

    def many(self, wanted: list[tuple[str, str, dict[str, Values], dict[str, Any]]]) -> list[str]:
        """Several in one transaction."""
        with self.db.writing() as connection:
            self._version(connection)
            rows = [self._rows(*each) for each in wanted]
            for table, index in ((tables.patients, 0), (tables.cases, 1), (tables.facts, 2)):
                found = [row for each in rows for row in each[index]]
                if found:
                    connection.execute(insert(table), found)
        return [each[1][0]["id"] for each in rows]

    def _version(self, connection: Any) -> None:
        if connection.execute(select(tables.versions.c.hash).where(tables.versions.c.hash == "v1")).first() is None:
            connection.execute(insert(tables.versions).values(_VERSION))

    def _rows(self, name: str, track: str, facts: dict[str, Values], given: dict[str, Any]) -> tuple[Any, Any, Any]:
        is_new = name not in self.patients
        number = self.patients.setdefault(name, 1000 + len(self.patients))
        equity, reported = given.pop("equity", {}), given.pop("reported", None)
        patient = {
            "id": f"p{number}", "number": number, "name": name, "birth_date": date(1950, 3, 1), "conditions": [],
            "equity": equity, "created_at": _at(ALIGNED), "updated_at": _at(ALIGNED),
        }  # fmt: skip
        case = {
            "id": f"p{number}-{track}-1", "patient_id": f"p{number}", "track": track, "status": "active",
            "version": "v1", "aligned_on": ALIGNED, "started_at": _at(ALIGNED), "closed_at": None, "period": 1,
        } | given  # fmt: skip
        values = [(fact, *value) for fact, series in facts.items() for value in series]
        found = [_fact(case, seq, *value) for seq, value in enumerate(values, start=1)]
        if reported is not None:
            found.append(_report(case, len(found) + 1, reported))
        for fact in found:
            fact["effective_at"] = fact["effective_at"].astimezone(ZONE).replace(hour=self.hour).astimezone(UTC)
        return [patient] if is_new else [], [case], found


def _fact(case: dict[str, Any], seq: int, name: str, day: int, value: float, source: str = "form") -> dict[str, Any]:
    at = _at(case["aligned_on"] + timedelta(days=day))
    return {
        "case_id": case["id"], "seq": seq, "name": name, "type": "number", "value": value, "unit": None,
        "effective_at": at, "recorded_at": at, "source": source, "command": 1,
    }  # fmt: skip


def _report(case: dict[str, Any], seq: int, day: int) -> dict[str, Any]:
    on = case["aligned_on"] + timedelta(days=day)
    return _fact(case, seq, "report.end_on", day, 0, "rule") | {"type": "date", "value": on.isoformat()}


def _at(day: date) -> datetime:
    """Ten in the morning, local."""
    return datetime.combine(day, time(10), ZONE).astimezone(UTC)


_VERSION = {
    "hash": "v1", "process_id": "msk_rows", "number": 1, "title": "MSK", "track": None, "tracks": None, "messages": [],
    "sources": {}, "note": "first", "published_at": _at(ALIGNED), "published_by": "system",
}  # fmt: skip
