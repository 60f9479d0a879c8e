"""What a move changes for a patient's tasks and timers, in sentences; how days and instants are told comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.bpmn.rearming import Rearmed
from engine.migration.plan import Example
from engine.migration.tasks import TaskChange


@dataclass(frozen=True, slots=True)
class Telling:
    """How the reader is told a day and an instant ("on Fri 4 Dec at 09:00"), and words for what stands as a code."""

    now: datetime
    day: Callable[[date], str]
    instant: Callable[[datetime], str]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def example_words(example: Example, telling: Telling) -> Iterator[str]:
    """What changes for one of a group, sentence by sentence."""
    for task in example.tasks:
        yield from _task_words(task, telling)
    for timer in example.timers:
        yield timer_words(timer, telling)
    for place in example.disarmed:
        yield f"“{place.name}” is not waited for any more."
    if example.fault:
        yield f"Moving would fail: {example.fault}"


def _task_words(task: TaskChange, telling: Telling) -> Iterator[str]:
    for name, (before, after) in task.changed.items():
        if name == "title":
            yield f"The task “{before}” will be called “{after}”."
        elif name == "why":
            yield f"“{task.title}” gives another reason: {after}"
        elif name == "due_on":
            yield f"“{task.title}” will be due on {telling.day(after)}, not on {telling.day(before)}."
        elif name == "closes_on":
            yield f"“{task.title}” {_until(after, telling)}, before: {_until(before, telling)}."
        elif name == "form":
            yield f"“{task.title}” will ask the form “{after}”, not “{before}”."
        else:
            was, will = (telling.codes.get(name, {}).get(value, value) for value in (before, after))
            yield f"“{task.title}” changes its {name} from {was} to {will}."


def _until(value: date | None, telling: Telling) -> str:
    return f"is open until {telling.day(value)}" if value else "has no last day"


def timer_words(timer: Rearmed, telling: Telling) -> str:
    """When a timer comes now, and when it would have come."""
    before = None if timer.before is None else telling.instant(timer.before)
    after = "never" if timer.after is None else telling.instant(timer.after)
    if timer.kept:
        return f"“{timer.name}” stays due {after}: it changed, but it is not known since when it runs."
    if timer.after is None:
        return f"“{timer.name}” will not come any more{f'; it was due {before}' if before else ''}."
    if timer.before is None:
        return f"“{timer.name}” is new here, due {after}."
    if timer.before <= telling.now:
        return f"“{timer.name}” will come {after}; it is held while the case is paused."
    if timer.after == timer.before:
        return f"“{timer.name}” is set anew and stays due {after}."
    return f"“{timer.name}” will come {after}, not {before}."
