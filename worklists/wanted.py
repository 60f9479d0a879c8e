"""Which tasks a list holds, in two parts: the shape of a question, for which a statement is built once, and its values.

To build a statement costs more than to have it answered. So what differs from one question to the next is bound when
it is asked, and what decides how an index is read is written out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Date, Select, String, and_, bindparam, false, literal_column, or_, select, true

from engine.store.tables import cases, patients, tasks
from worklists.named import has_key, is_named
from worklists.nobodys import nobody_has_it
from worklists.ranking import WEEK

NOBODY = "none"  # as an assignee: the tasks that nobody has
# Written out, not bound: a statement that is prepared once for all values can only use a partial index that it names.
IS_OPEN = tasks.c.status == literal_column("'open'")
TODAY, NEXT_WEEK = bindparam("today", type_=Date()), bindparam("next_week", type_=Date())
Conditions = Sequence[ColumnElement[bool]]
# Of whom a list can hold tasks at all, as `worklists.reach` has found: of all; of all but the patients of others, who
# are named; of the patients that are named; or as a search finds them, by names and titles that are named together.
Reach = Literal["all", "others not", "people", "names and titles"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What is asked, without the values: `role` and the like say whether one is named, `words` how many are."""

    status: Literal["open", "snoozed"]
    whose: Literal["anybody", "nobody", "one"]
    role: bool
    organisation: bool
    track: bool
    kind: bool
    due: str | None
    words: int
    reach: Reach = "all"
    pairs: int = 0  # of a search: in how many ways a title holds some of the words and a name the others
    is_few: bool = False  # to read all that is reached costs less than to look for it in the list's order

    @property
    def names_who_or_what(self) -> bool:
        """Whether it is read by the patients or titles that are named, and not in a list's order."""
        return self.reach in ("people", "names and titles")

    def sets(self) -> tuple[Conditions, ...]:
        """The tasks, as sets that have no task in common, each found by an index in no order."""
        reached = self._found() if self.reach == "names and titles" else _REACHED[self.reach]
        return tuple((*whose, *of) for whose in self._whose() for of in reached)

    def sets_in_order(self) -> tuple[Conditions, ...]:
        """The same as sets that an index has in the list's order."""
        among = _AMONG.get(self.reach, ())
        if self.reach == "names and titles":
            among = (or_(*(and_(*each) for each in self._found())).is_(true()),)
        return tuple((*whose, *among) for whose in self._whose())

    def _found(self) -> tuple[Conditions, ...]:
        """What a search finds: by the words that a title holds, of whose names hold the others; of no title's, all."""
        pairs = [
            (is_named(tasks.c.patient_id, f"people{number}"), is_named(tasks.c.title, f"titles{number}").is_(true()))
            for number in range(self.pairs)
        ]
        by_name = (_OF_PEOPLE, is_named(tasks.c.title, "named").is_(false()))
        by_title = (has_key(tasks.c.title, "titles"), *([_OF_ORGANISATION] if self.organisation else []))
        return (*pairs, by_name, by_title)

    def _whose(self) -> tuple[Conditions, ...]:
        waits = [tasks.c.role == bindparam("role", type_=String())] if self.role else []
        if self.whose == "anybody":
            return (waits,)
        nobodys = [nobody_has_it() if self.role else tasks.c.assignee.is_(None), *waits]
        if self.whose == "nobody":
            return (nobodys,)
        mine = [tasks.c.assignee == bindparam("assignee", type_=String())]
        return (mine, nobodys) if self.role else (mine,)

    def chosen(self, columns: Sequence[ColumnElement[Any]], whose: Conditions) -> Select[Any]:
        """Some columns of the tasks of one set."""
        found = select(*columns).select_from(tasks)
        if self.words:
            found = found.join(patients, tasks.c.patient_id == patients.c.id)
        return found.where(IS_OPEN, *whose, *_in_sight(self), *_about(self))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which open tasks: what is asked, and for whom and when."""

    shape: Shape
    values: Mapping[str, Any]


def wanted(
    *,
    today: date,
    organisation: str | None,
    assignee: str | None = None,
    role: str | None = None,
    track: str | None = None,
    due: str | None = None,
    kind: str | None = None,
    status: Literal["open", "snoozed"] = "open",
    q: str | None = None,
) -> Wanted:
    """Which open tasks fit, the arguments being those of `worklists.queries.worklist`."""
    words = [_escaped(word) for word in (q or "").split()]
    whose: Literal["anybody", "nobody", "one"]
    whose = "anybody" if assignee is None else "nobody" if assignee == NOBODY else "one"
    given = {"assignee": assignee, "role": role, "organisation": organisation, "track": track, "kind": kind}
    is_given: dict[str, Any] = {name: given[name] is not None for name in ("role", "organisation", "track", "kind")}
    shape = Shape(status=status, whose=whose, due=due, words=len(words), **is_given)
    days = {"today": today, "next_week": today + WEEK}
    return Wanted(shape, given | days | {f"word{place}": word for place, word in enumerate(words)})


def _in_sight(shape: Shape) -> Conditions:
    """A snoozed task is out of sight until its day."""
    until = tasks.c.snoozed_until
    return [until > TODAY] if shape.status == "snoozed" else [or_(until.is_(None), until <= TODAY)]


def _about(shape: Shape) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = []
    if shape.kind:
        fits.append(tasks.c.kind == bindparam("kind", type_=String()))
    if shape.due is not None:
        fits += _DUE[shape.due]
    if shape.track:
        fits.append(_looked_up(cases.c.track == bindparam("track", type_=String()), cases.c.id == tasks.c.case_id))
    if shape.organisation and shape.words:
        fits.append(_IN_ORGANISATION)
    elif shape.organisation and shape.reach != "names and titles":
        fits.append(_OF_ORGANISATION)
    return [*fits, *(says(patients.c.name, place) | says(tasks.c.title, place) for place in range(shape.words))]


def _looked_up(condition: ColumnElement[bool], whose: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition on another table's row, found by its key for each task that comes in order.

    A join would be led by all patients on SQLite, and EXISTS becomes a table of all patients in PostgreSQL's memory.
    Asked as true or false, not as a value: of a value PostgreSQL expects that one in two hundred is equal, of this one
    in two, and would rather sort all tasks than look so long for a hundred.
    """
    return select(condition).where(whose).correlate(tasks).scalar_subquery()


def says(text: ColumnElement[str], place: int) -> ColumnElement[bool]:
    """Whether a text holds the word that was asked for at a place."""
    return text.icontains(bindparam(f"word{place}", type_=String()), escape="/")


def _escaped(word: str) -> str:
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


_OF_PEOPLE = is_named(tasks.c.patient_id, "people")
_NOT_OF_OTHERS = ~is_named(tasks.c.patient_id, "others")
# The first as a condition that no index can be led by: it is for the list's order to lead.
_AMONG: dict[Reach, Conditions] = {"people": (_OF_PEOPLE.is_(true()),), "others not": (_NOT_OF_OTHERS,)}
_REACHED: dict[Reach, tuple[Conditions, ...]] = {
    "all": ((),),
    "others not": ((_NOT_OF_OTHERS,),),
    "people": ((_OF_PEOPLE,),),
}
_IN_ORGANISATION = patients.c.organisation == bindparam("organisation", type_=String())
_OF_ORGANISATION = _looked_up(_IN_ORGANISATION, patients.c.id == tasks.c.patient_id)
_DUE: dict[str, Conditions] = {
    "overdue": (tasks.c.due_on < TODAY,),
    "today": (tasks.c.due_on == TODAY,),
    "week": (tasks.c.due_on >= TODAY, tasks.c.due_on < NEXT_WEEK),
}
