"""Which events each story of the demo brings, and on which day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from random import Random
from typing import Any

from cli.demo.body import drifting_days, measured
from cli.demo.courses import Course, Story


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """An event on a day after alignment, at a local time."""

    day: int
    type: str
    payload: dict[str, Any] = field(default_factory=dict)
    time: time = time(11, 20)


def events_of(course: Course, track: str, last_day: int, chance: Random) -> list[StoryEvent]:
    """What happens to a patient whose walk ends ``last_day`` days after alignment: the story, and what devices send."""
    happens = _story(course.story, track, last_day) + _sent(course, track, last_day, chance)
    return [event for event in happens if event.day <= last_day]


def _sent(course: Course, track: str, last_day: int, chance: Random) -> list[StoryEvent]:
    """Blood pressure and weight every ten days, laboratory values each quarter; each day while a story drifts."""
    if track not in ("ckm", "eckm"):
        return _daily(course, "72514-3", chance) if track == "msk" and course.story is Story.DRIFT else []
    days = range(2, last_day + 1, 10)
    sent = [_pressure(course, day, chance) for day in days if chance.random() < course.adherence]
    sent += [_measure("29463-7", "kg", "weight", course, day, "device", chance) for day in days[::3]]
    labs = [("4548-4", "%", "hba1c"), ("18262-6", "mg/dL", "ldl")]
    if track == "ckm":
        labs += [("98979-8", "mL/min/{1.73_m2}", "egfr"), ("14959-1", "mg/g", "uacr")]
    for day in range(3, last_day + 1, 91):
        sent += [_measure(code, unit, name, course, day, "lab", chance) for code, unit, name in labs]
    if course.story is Story.DRIFT:
        sent += [_pressure(course, day, chance) for day in drifting_days(course)]
    return sent


def _daily(course: Course, code: str, chance: Random) -> list[StoryEvent]:
    """A pain score each evening."""
    found = []
    for day in drifting_days(course):
        since = (day - course.third - 14) / 21
        level = 3.5 + 4 * min(max(since, 0), 1) + chance.gauss(0, 0.6)
        value = {"code": code, "value": min(max(round(level), 0), 10), "source": "patient"}
        found.append(StoryEvent(day, "measure.recorded", value, time(20, 10)))
    return found


def _pressure(course: Course, day: int, chance: Random) -> StoryEvent:
    codes = (("8480-6", "bp_systolic"), ("8462-4", "bp_diastolic"))
    parts = [{"code": code, "value": measured(name, course, day, chance)} for code, name in codes]
    return StoryEvent(day, "measure.recorded", {"components": parts, "unit": "mm[Hg]", "source": "device"}, time(7, 35))


def _measure(
    code: str, unit: str, name: str, course: Course, day: int, source: str, chance: Random
) -> StoryEvent:
    payload = {"code": code, "value": measured(name, course, day, chance), "unit": unit, "source": source}
    return StoryEvent(day, "measure.recorded", payload, time(8, 5))


def _story(story: Story, track: str, last_day: int) -> list[StoryEvent]:
    third = max(last_day // 3, 1)
    stay = {"facility": "Mercy General Hospital", "reason": "pneumonia", "complexity": "moderate"}
    fall = {"facility": "Lakeside Medical Center", "reason": "fall at home", "complexity": "high"}
    match story:
        case Story.DISCHARGED:
            return [
                StoryEvent(third, "transition.admitted", {"facility": stay["facility"], "reason": stay["reason"]}),
                StoryEvent(third + 4, "transition.discharged", stay),
            ]
        case Story.DISCHARGED_TWICE:
            return [
                StoryEvent(third, "transition.discharged", fall),
                StoryEvent(third + 5, "transition.discharged", fall | {"reason": "wound infection"}),
            ]
        case Story.JUST_DISCHARGED:
            return [StoryEvent(max(last_day - 1, 1), "transition.discharged", fall, time(15, 40))]
        case Story.JUST_ADMITTED:
            admitted = {"facility": "Mercy General Hospital", "reason": "chest pain, observation"}
            return [StoryEvent(max(last_day - 1, 1), "transition.admitted", admitted, time(17, 5))]
        case Story.ED_VISIT:
            seen = {"facility": "Lakeside Medical Center", "reason": "acute back pain"}
            return [StoryEvent(2 * third, "transition.ed_visit", seen, time(19, 45))]
        case Story.SURGERY:
            operation = {"procedure": "total knee replacement", "facility": "Orthopedic Institute"}
            return [
                StoryEvent(third, "surgery.planned", operation),
                StoryEvent(third + 25, "surgery.done", operation),
            ]
        case Story.AWAITS_SURGERY:
            operation = {"procedure": "total hip replacement", "facility": "Orthopedic Institute"}
            return [StoryEvent(max(last_day - 20, 1), "surgery.planned", operation)]
        case Story.WITHDREW:
            return [StoryEvent(2 * third, "patient.withdrew", {"reason": "moves to another state"})]
        case Story.DIED:
            return [StoryEvent(max(last_day - 9, 1), "patient.died", {"reason": "told by the daughter"})]
        case Story.CRISIS if track in ("ckm", "eckm"):
            readings = [{"code": "8480-6", "value": 194}, {"code": "8462-4", "value": 116}]
            sent = {"components": readings, "unit": "mm[Hg]", "source": "device"}
            return [StoryEvent(third, "measure.recorded", sent, time(9, 50))]
        case Story.CRISIS if track == "bh":
            answers = [2, 2, 2, 2, 1, 2, 1, 1, 1]
            return [StoryEvent(third, "response.received", {"instrument": "phq9", "answers": answers, "mode": "web"})]
        case Story.SWITCHED:
            return [StoryEvent(100, "patient.switched", {"to": "Prairie Health Partners", "reason": "moved closer"})]
        case Story.UNALIGNED:
            return [StoryEvent(2 * third, "access.unaligned", {"reason": "geographic-relocated"})]
        case _:
            return []
