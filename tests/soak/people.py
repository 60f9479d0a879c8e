"""Who is walked through the year: patients, their tracks, the day each begins and what happens to them, from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from cli.demo.courses import Course, courses
from cli.demo.identities import identity
from cli.demo.stories import StoryEvent, events_of

ZONE = ZoneInfo("America/New_York")
FIRST_DAY = date(2026, 7, 6)  # a Monday
MORNING, AFTERNOON = time(9, 40), time(16, 20)


@dataclass(frozen=True, slots=True)
class Size:
    """How many cases are walked through how many days each; begun over the first ``spread`` days.

    The clock stands still on one day of ``every``.
    """

    cases: int
    days: int
    seed: int
    afternoons: bool = False
    every: int = 1

    @property
    def spread(self) -> int:
        return min(28, max(self.days // 6, 1))

    def stands(self) -> Iterator[datetime]:
        """The instants at which the clock stands still until all is done: each morning, on working days also later."""
        for number in range(0, self.days + self.spread, self.every):
            day = FIRST_DAY + timedelta(days=number)
            yield datetime.combine(day, MORNING, ZONE)
            if self.afternoons and day.weekday() < 5:
                yield datetime.combine(day, AFTERNOON, ZONE)


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up patient: ``body`` is what the API is told of them, ``events`` what happens to each of their cases."""

    id: str
    course: Course
    region: str
    body: dict[str, Any]
    aligned_on: date
    events: dict[str, tuple[StoryEvent, ...]]

    @property
    def cases(self) -> list[str]:
        return [f"{self.id}-{track}-1" for track in self.course.tracks]


def people(size: Size) -> list[Person]:
    """As many patients as have the cases of a size; the same seed gives the same."""
    chance = Random(f"people {size.seed}")
    drawn = courses(size.cases, size.days, chance)
    held = accumulate(len(course.tracks) for course in drawn)
    wanted = [course for course, cases in zip(drawn, held, strict=True) if cases <= size.cases]
    return [_person(number, course, size) for number, course in enumerate(wanted, start=1)]


def _person(number: int, course: Course, size: Size) -> Person:
    chance = Random(f"person {number} {size.seed}")
    course = replace(course, enrolled_days=size.days)
    aligned_on = FIRST_DAY + timedelta(days=chance.randrange(size.spread))
    who = identity(number, aligned_on, course.tracks, chance)
    body = {name: value for name, value in who.columns.items() if name != "source"}
    return Person(
        id=f"p{number}",
        course=course,
        region=who.region,
        body=body | {"birth_date": body["birth_date"].isoformat()},
        aligned_on=aligned_on,
        events={track: tuple(events_of(course, track, size.days, chance)) for track in course.tracks},
    )
