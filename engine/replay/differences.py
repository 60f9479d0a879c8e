"""How the way that a case would have taken differs from the one it took, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from care.calendars import local_date
from engine.replay.trail import Asked, Decided, Fired, Place, Trail, Walked

Kind = Literal["stuck", "answer", "path", "timer", "task", "decision", "ending"]
KINDS: Mapping[Kind, str] = {
    "stuck": "would have got stuck",
    "answer": "would have been answered in vain",
    "path": "would have taken another path",
    "timer": "would have lost a timer, or had it at another time",
    "task": "would have been asked something else",
    "decision": "would have been decided otherwise",
    "ending": "would have ended otherwise",
}
_Seen = TypeVar("_Seen", Asked, Fired)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that would differ: ``element`` is where, ``at`` the instant that the diagrams ran as of."""

    kind: Kind
    sentence: str
    element: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Words:
    """How elements are called and instants are told: the names of both versions, the organisation's time zone."""

    names: Mapping[str, str]
    zone: ZoneInfo

    def of(self, element: str) -> str:
        return f"“{self.names.get(element) or element}”"

    def day(self, at: datetime) -> str:
        return _told(local_date(at, self.zone))

    def due(self, task: Asked) -> str:
        return _told(date.fromisoformat(task.due_on))


def _told(day: date) -> str:
    return f"{day:%a %-d %b %Y}"


def differences(took: Trail, would: Trail, words: Words, until: datetime) -> list[Difference]:
    """What differs between the way that was taken and the one that would have been; nothing where they are one.

    Both are known up to ``until``.
    """
    return [
        *_waiting(took, would, words, until),
        *_decisions(took, would, words),
        *_ending(took, would),
        *_paths(took, would, words),
        *_timers(took, would, words),
        *_tasks(took, would, words),
    ]


def _waiting(took: Trail, would: Trail, words: Words, until: datetime) -> Iterator[Difference]:
    """Tasks that would still wait, past their day, where the case has gone on.

    One that was not asked is not among them: somebody would have answered it.
    """
    done = {task.place for task in took.asked} - {task.place for task in took.open.values()}
    today = local_date(until, words.zone).isoformat()
    for task in would.open.values():
        if task.place in done and task.due_on < today:
            said = f"“{task.name}”, asked on {words.day(task.at)}, would still wait on {words.day(until)}"
            yield Difference("stuck", said, task.place.element, task.at)


def unanswered(took: Trail, would: Trail) -> list[str]:
    """What would have been asked on another path: nobody answered it, so that what follows it is not known."""
    asked = {task.place for task in took.asked}
    return [
        f"“{task.name}” would have been asked instead, and nobody answered it: what would have followed is not told"
        for task in would.open.values()
        if task.place not in asked
    ]


def _paths(took: Trail, would: Trail, words: Words) -> Iterator[Difference]:
    """The first step of each process at which the ways part.

    Steps are compared as a set with counts: branches side by side may be told in another order.
    """
    for process in dict.fromkeys((*took.walked, *would.walked)):
        before, after = _steps(took.walked.get(process, [])), _steps(would.walked.get(process, []))
        missing, new = Counter(_edges(before)), Counter(_edges(after))
        missing, new = missing - new, new - missing
        lost = next((step for step in before if missing[step[1], step[2]]), None)
        instead = next((step for step in after if new[step[1], step[2]] and (lost is None or step[1] == lost[1])), None)
        if lost is not None:
            yield _parting(lost, instead, words)
        elif instead is not None:
            at, element, successor = instead
            said = f"On {words.day(at)} it would go from {words.of(element)} to {words.of(successor)} as well"
            yield Difference("path", said, element, at)


def _parting(
    lost: tuple[datetime, str, str], instead: tuple[datetime, str, str] | None, words: Words
) -> Difference:
    at, element, successor = lost
    went = f"On {words.day(at)} it went from {words.of(element)} to {words.of(successor)}"
    if instead is None:
        return Difference("path", f"{went}; it would not", element, at)
    later = "" if words.day(instead[0]) == words.day(at) else f" on {words.day(instead[0])}"
    return Difference("path", f"{went}; it would go to {words.of(instead[2])}{later}", element, at)


def _steps(walked: Sequence[Walked]) -> list[tuple[datetime, str, str]]:
    return [(step.at, step.element, successor) for step in walked for successor in step.successors]


def _edges(steps: Sequence[tuple[datetime, str, str]]) -> Iterator[tuple[str, str]]:
    return ((element, successor) for _, element, successor in steps)


def _timers(took: Trail, would: Trail, words: Words) -> Iterator[Difference]:
    def told(timer: Fired) -> datetime:
        return timer.due

    for timer, moved in _unmatched(took.fired, would.fired, told):
        said = f"The timer {words.of(timer.place.element)} fired on {words.day(timer.due)}"
        end = "; it would not fire" if moved is None else f"; it would fire on {words.day(moved.due)}"
        yield Difference("timer", said + end, timer.place.element, timer.due)


def _tasks(took: Trail, would: Trail, words: Words) -> Iterator[Difference]:
    def told(task: Asked) -> tuple[str, str]:
        return words.day(task.at), task.due_on

    for task, moved in _unmatched(took.asked, would.asked, told):
        said = f"“{task.name}” was asked on {words.day(task.at)}"
        if moved is None:
            end = "; it would not be asked"
        elif words.day(moved.at) != words.day(task.at):
            end = f"; it would be asked on {words.day(moved.at)}"
        else:
            end = f", due {words.due(task)}; it would be due {words.due(moved)}"
        yield Difference("task", said + end, task.place.element, task.at)
    for task, moved in _unmatched(would.asked, took.asked, told):
        if moved is None:
            said = f"“{task.name}” would be asked on {words.day(task.at)}; it was not"
            yield Difference("task", said, task.place.element, task.at)


def _unmatched(
    these: Sequence[_Seen], those: Sequence[_Seen], told: Callable[[_Seen], Any]
) -> Iterator[tuple[_Seen, _Seen | None]]:
    """What is in ``these`` and not in ``those``, each with what stands there at its place in its stead."""
    left = Counter((each.place, told(each)) for each in those)
    surplus = Counter((each.place, told(each)) for each in those)
    surplus.subtract(Counter((each.place, told(each)) for each in these))
    for each in these:
        if left[each.place, told(each)]:
            left[each.place, told(each)] -= 1
            continue
        instead = next((one for one in those if one.place == each.place and surplus[one.place, told(one)] > 0), None)
        if instead is not None:
            surplus[instead.place, told(instead)] -= 1
        yield each, instead


def _decisions(took: Trail, would: Trail, words: Words) -> Iterator[Difference]:
    """Decisions of one place in their order: the first that other rows answered, or answered otherwise."""
    places = dict.fromkeys(each.place for each in took.decided)
    for place in places:
        before, after = _of(took, place), _of(would, place)
        for one, other in zip(before, after, strict=False):
            if (one.rows, one.outputs) != (other.rows, other.outputs):
                rows = _otherwise(one, other)
                said = f"“{one.name}” on {words.day(one.at)}: {rows}"
                yield Difference("decision", said, place.element, one.at)
                break


def _of(trail: Trail, place: Place) -> list[Decided]:
    return [each for each in trail.decided if each.place == place]


def _otherwise(one: Decided, other: Decided) -> str:
    """Which rows matched and which would have; where they are the same, what it gave and what it would have given."""
    if one.rows == other.rows:
        return f"it gave {one.outputs}; it would give {other.outputs}"
    left = [row for row in one.rows if row not in other.rows] or ["nothing more"]
    right = [row for row in other.rows if row not in one.rows] or ["nothing more"]
    return f"{', '.join(left)} matched; {', '.join(right)} would"


def _ending(took: Trail, would: Trail) -> Iterator[Difference]:
    if took.ended != would.ended:
        said = f"It ended as {took.ended}" if took.ended else "It goes on"
        end = f"it would have ended as {would.ended}" if would.ended else "it would go on"
        yield Difference("ending", f"{said}; {end}", None, None)
