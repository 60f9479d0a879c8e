"""Which events each story of the demo brings, and on which day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import Any

from cli.demo.courses import Story


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """An event on a day after alignment, at a local time."""

    day: int
    type: str
    payload: dict[str, Any] = field(default_factory=dict)
    time: time = time(11, 20)


def events_of(story: Story, last_day: int) -> list[StoryEvent]:
    """The events of a story for a patient whose walk ends ``last_day`` days after alignment."""
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
        case _:
            return []
