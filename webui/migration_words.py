"""What a migration would do and did, as its pages say it: where groups stand, what changes, whom one may read of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.migration.mapping import Place
from engine.migration.plan import Group, Person
from engine.migration.words import Telling, example_words
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
        changes=() if example is None else tuple(example_words(example, _telling())),
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


def _telling() -> Telling:
    return Telling(engine().clock.now(), day, _at, _CODES)


def _at(instant: datetime) -> str:
    return f"on {day(local(instant).date())} at {local(instant):%H:%M}"
