"""What a migration would do and did, as its pages say it: where groups stand, what changes, whom one may read of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.bpmn.rearming import Rearmed
from engine.migration.mapping import Place
from engine.migration.plan import Example, Group, Person
from engine.migration.tasks import TaskChange
from webui.access import ROLE_WORDS, visitor
from webui.extension import engine
from webui.words import day, local, plural

NAMED = 8  # patients of a group, before "and more"
_FOLDED = 60  # and of those behind "and more"
_CODES: Mapping[str, Mapping[str, str]] = {"role": ROLE_WORDS}


@dataclass(frozen=True, slots=True)
class Shown:
    """Patients with whose names a page may be filled, those behind "and more", and how many are not shown."""

    first: tuple[Any, ...]
    more: tuple[Any, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class GroupWords:
    """A group of the dry run in words."""

    count: int
    head: str
    beside: str
    is_at_task: bool
    becomes: tuple[str, ...]
    reasons: tuple[str, ...]
    changes: tuple[str, ...]
    of_whom: str
    from_number: int
    people: Shown


def shown(people: Iterable[Any]) -> Shown:
    """Those of the visitor's organisation; of the others only how many they are."""
    own = visitor().organisation
    everybody = list(people)
    seen = [each for each in everybody if own in (None, _organisation(each))]
    named = seen[: NAMED + _FOLDED]
    return Shown(tuple(named[:NAMED]), tuple(named[NAMED:]), len(everybody) - len(named))


def _organisation(each: Any) -> str:
    return str(each.organisation if isinstance(each, Person) else each["organisation"])


def _name(person: Person) -> str:
    """How to call the patient of an example; one of another organisation is not named."""
    return person.name if visitor().organisation in (None, _organisation(person)) else "one of them"


def patients_in(groups: Iterable[Shown], key: str = "patient_id") -> list[str]:
    """Whose names stand on the page."""
    people = (each for group in groups for each in (*group.first, *group.more))
    return [str(getattr(each, key) if isinstance(each, Person) else each[key]) for each in people]


def group_words(group: Group) -> GroupWords:
    example = group.examples[0] if group.examples else None
    return GroupWords(
        count=group.count,
        head=_head(group),
        beside=_names(group.waits) if not group.reasons else "",
        is_at_task=bool(group.stands),
        becomes=tuple(_becomes(before, after) for before, after in group.renamed),
        reasons=tuple(f"{reason.sentence}." for reason in group.reasons),
        changes=() if example is None else tuple(_changes(example)),
        of_whom="" if example is None else _name(example.person),
        from_number=group.from_number,
        people=shown(group.people),
    )


def _becomes(before: Place, after: Place) -> str:
    """Two steps by their names; by their ids where those are one."""
    if before.name == after.name:
        return f"“{before.name}” ({before.element}) becomes the new one ({after.element})."
    return f"“{before.name}” becomes “{after.name}”."


def _head(group: Group) -> str:
    """Where they stand: at what cannot move, else at the tasks that are open."""
    kept = {reason.element for reason in group.reasons}
    places = [place for place in (*group.stands, *group.waits) if place.element in kept] or group.stands
    who = plural(group.count, "patient stands", "patients stand")
    then = "cannot move" if group.reasons else "stays there" if group.count == 1 else "stay there"
    if places:
        return f"{who} at {_names(places)} and {then}"
    free = plural(group.count, "patient has", "patients have")
    return f"{free} no task open now and {'cannot move' if group.reasons else 'can move'}"


def _names(places: Iterable[Place]) -> str:
    names = list(dict.fromkeys(f"“{place.name}”" for place in places))
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


# -- what changes ---------------------------------------------------------------------------------------------------
def _changes(example: Example) -> Iterable[str]:
    for task in example.tasks:
        yield from _task_words(task)
    for timer in example.timers:
        yield _timer_words(timer)
    for place in example.disarmed:
        yield f"“{place.name}” is not waited for any more."
    if example.fault:
        yield f"Moving would fail: {example.fault}"


def _task_words(task: TaskChange) -> Iterable[str]:
    for name, (before, after) in task.changed.items():
        if name == "title":
            yield f"The task “{before}” will be called “{after}”."
        elif name == "why":
            yield f"“{task.title}” gives another reason: {after}"
        elif name == "due_on":
            yield f"“{task.title}” will be due on {day(after)}, not on {day(before)}."
        elif name == "closes_on":
            yield f"“{task.title}” {_until(after)}, before: {_until(before)}."
        elif name == "form":
            yield f"“{task.title}” will ask the form “{after}”, not “{before}”."
        else:
            was, will = (_CODES.get(name, {}).get(value, value) for value in (before, after))
            yield f"“{task.title}” changes its {name} from {was} to {will}."


def _until(value: date | None) -> str:
    return f"is open until {day(value)}" if value else "has no last day"


def _timer_words(timer: Rearmed) -> str:
    if timer.kept:
        return f"“{timer.name}” stays due {_at(timer.after)}: it changed, but it is not known since when it runs."
    if timer.after is None:
        return f"“{timer.name}” will not come any more{_before(timer)}."
    if timer.before is None:
        return f"“{timer.name}” is new here, due {_at(timer.after)}."
    if timer.before <= engine().clock.now():
        return f"“{timer.name}” will come {_at(timer.after)}; it is held while the case is paused."
    if timer.after == timer.before:
        return f"“{timer.name}” is set anew and stays due {_at(timer.after)}."
    return f"“{timer.name}” will come {_at(timer.after)}, not {_at(timer.before)}."


def _before(timer: Rearmed) -> str:
    return "" if timer.before is None else f"; it was due {_at(timer.before)}"


def _at(instant: datetime | None) -> str:
    return "never" if instant is None else f"on {day(local(instant).date())} at {local(instant):%H:%M}"
