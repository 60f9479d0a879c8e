"""Of whom a list can hold tasks at all, found first where they are few: by a search, or in a small organisation.

A list that holds one task in ten thousand would be read to the end in its order. So the patients whose names a search
holds are found before their tasks, and the titles: open tasks have few different ones, told from an index without
reading what bears them. Where what was found has few tasks they are read by it (`worklists.runs`), else in order.

And where other organisations have few patients, none at all mostly, these are named once: else the organisation of each
task's patient is looked up, which costs more than to read the task.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from engine.store.prepared import Prepared
from engine.store.tables import patients, tasks
from worklists.named import as_named, has_key, is_named
from worklists.wanted import IS_OPEN, Reach, Wanted, says

MOST_NAMED = 5_000  # patients, or titles, that a question names
MOST_OTHERS = 1_000  # patients of other organisations that a question names: each statement reads them once more
# Beyond so many tasks, to look for a hundred in the order of a million costs less than to read and sort them.
FEW = 25_000
# As many as these are, where all that is read of a task stands in the index of its patient.
MANY = 100_000
_MOST_WAYS = 16  # in which titles hold a search's words
_SMALL = 10  # an organisation with less than one patient in so many is looked for first
Words = frozenset[int]  # places of words in what was asked


def reach(
    connection: Connection,
    asked: Wanted,
    *,
    others: int = MOST_OTHERS,
    known: dict[str, Sequence[str]] | None = None,
) -> Wanted:
    """The same question, with whom it can be about where that makes it cheaper to answer.

    A search reads all names once, and one task for each title that an open task has. Indexes ix_tasks_open_of_title,
    ix_patients_organisation, ix_tasks_open_of_patient. ``others`` is how many patients of other organisations are few;
    ``known`` keeps who they are, by organisation, for further questions of the same moment.
    """
    shape, is_open = asked.shape, asked.shape.status == "open"  # what is snoozed is little
    found = _searched(connection, asked) if shape.words and is_open else None
    if found is None and shape.organisation:
        found = _besides_few_others(connection, asked, others, {} if known is None else known)
    if found is None and shape.organisation and is_open and (shape.whose != "one" or shape.role):
        found = _of_small_organisation(connection, asked)
    return found or asked


def weighed(connection: Connection, asked: Wanted, *, few: int = FEW, others: int = MOST_OTHERS) -> Wanted:
    """What `reach` finds, with whether it is few; for a list, whose order matters, and not for a count.

    ``few`` is how many tasks are, at most `FEW`.
    """
    found = reach(connection, asked, others=others)
    if not found.shape.names_who_or_what:
        return found
    by_people, by_title = connection.execute(_NUMBERS[found.shape.reach], found.values).one()
    most = few if found.shape.reach == "people" else few * (MANY // FEW)
    if by_people <= most and by_title <= few:
        return replace(found, shape=replace(found.shape, is_few=True))
    return found


def _searched(connection: Connection, asked: Wanted) -> Wanted | None:
    shape, every = asked.shape, frozenset(range(asked.shape.words))
    titles = _by_words(connection.execute(_titles(shape.words), asked.values).all())
    if titles is None or len(titles) > _MOST_WAYS:
        return None
    if titles and shape.whose == "one":  # of all that bear a title, a person has few: their own list is the shorter way
        return None
    lacking = _least({every - held for held in (*titles, Words()) if held != every})
    people = _by_words(connection.execute(_people(lacking, shape.organisation, shape.words), asked.values).all())
    if people is None:
        return None
    if not titles:
        return _with(asked, people.get(every, []), words=0, organisation=False, reach="people")
    pairs = [(_holding(people, every - held), bearing) for held, bearing in titles.items() if held != every]
    values = {"named": as_named(title for bearing in titles.values() for title in bearing)}
    values["anybody"] = as_named(one for found in people.values() for one in found)
    for number, (names, bearing) in enumerate(pairs):
        values |= {f"people{number}": as_named(names), f"titles{number}": as_named(bearing)}
    found = Wanted(asked.shape, {**asked.values, **values})
    both = _holding(people, every), titles.get(every, [])
    return _with(found, *both, words=0, reach="names and titles", pairs=len(pairs))


def _by_words(rows: Sequence[Row[Any]]) -> dict[Words, list[str]] | None:
    """Ids or titles by the places of the words that each holds; None for more than are named."""
    if len(rows) > MOST_NAMED:
        return None
    found: dict[Words, list[str]] = {}
    for row in rows:
        held = frozenset(place for place in range(len(row) - 1) if row[place + 1])
        found.setdefault(held, []).append(row[0])
    return found


def _holding(people: Mapping[Words, list[str]], words: Words) -> list[str]:
    return [one for held, found in people.items() if words <= held for one in found]


def _besides_few_others(
    connection: Connection, asked: Wanted, most: int, known: dict[str, Sequence[str]]
) -> Wanted | None:
    organisation = asked.values["organisation"]
    if organisation not in known:
        known[organisation] = [row["id"] for row in _OTHERS.rows(connection, asked.values)]
    others = known[organisation]
    if len(others) > most:
        return None
    if not others:
        return Wanted(replace(asked.shape, organisation=False), asked.values)
    shape = replace(asked.shape, organisation=False, reach="others not")
    return Wanted(shape, {**asked.values, "others": as_named(others)})


def _of_small_organisation(connection: Connection, asked: Wanted) -> Wanted | None:
    own, all_ = connection.execute(_SIZES, asked.values).one()
    if own > MOST_NAMED or own * _SMALL > all_:
        return None
    people = connection.execute(_people(frozenset(), True, 0), asked.values).scalars().all()
    return _with(asked, people, organisation=False, reach="people")


def _with(asked: Wanted, people: Sequence[str], titles: Sequence[str] = (), **changes: Any) -> Wanted:
    values = {"people": as_named(people), "titles": as_named(titles)}
    return Wanted(replace(asked.shape, **changes), {**asked.values, **values})


def _least(sets: set[Words]) -> frozenset[Words]:
    """Those that hold no other: who has all words of a set has those of its parts."""
    return frozenset(each for each in sets if not any(other < each for other in sets))


@lru_cache(maxsize=64)
def _titles(words: int) -> Select[Any]:
    """The titles of open tasks that hold any of the words, each with which."""
    titles = _all_titles()
    any_held = or_(*(says(titles.c.title, place) for place in range(words)))
    return select(titles.c.title, *_held(titles.c.title, words)).where(any_held).limit(MOST_NAMED + 1)


@lru_cache(maxsize=256)
def _people(lacking: frozenset[Words], organisation: bool, words: int) -> Select[Any]:
    """The patients whose names hold all words of one of the sets, each with which; of no set, all patients."""
    holds = [and_(*(says(patients.c.name, place) for place in sorted(some))) for some in lacking]
    found = select(patients.c.id, *_held(patients.c.name, words)).where(*([or_(*holds)] if holds else []))
    if organisation:
        found = found.where(_OWN)
    return found.limit(MOST_NAMED + 1)


def _open(condition: ColumnElement[bool], most: int) -> Select[Any]:
    """Open tasks, one more than ``most`` at most."""
    return select(tasks.c.id).where(IS_OPEN, condition).limit(literal_column(str(most + 1), Integer()))


def _counted(*parts: Select[Any]) -> Select[Any]:
    return select(*(select(func.count()).select_from(part.subquery()).scalar_subquery() for part in parts))


def _held(text: ColumnElement[str], words: int) -> list[ColumnElement[int]]:
    return [case((says(text, place), 1), else_=0).label(f"held{place}") for place in range(words)]


def _all_titles() -> CTE:
    """Every title of an open task, each found as the first one behind the one before."""
    first = select(func.min(tasks.c.title)).where(IS_OPEN).scalar_subquery()
    found = select(first.label("title")).cte("titles", recursive=True)
    following = select(func.min(tasks.c.title)).where(IS_OPEN, tasks.c.title > found.c.title).scalar_subquery()
    return found.union_all(select(following).where(found.c.title.is_not(None)))


_organisation: ColumnElement[str] = bindparam("organisation", type_=String())
_OWN: ColumnElement[bool] = patients.c.organisation == _organisation
_OF_ANYBODY, _BEARING = is_named(tasks.c.patient_id, "anybody"), has_key(tasks.c.title, "titles")
# How many open tasks are reached by whom they are about and by what they are called, counted as far as it matters.
_NUMBERS: dict[Reach, Select[Any]] = {
    "people": _counted(_open(is_named(tasks.c.patient_id, "people"), FEW), _open(_BEARING, 0)),
    "names and titles": _counted(_open(_OF_ANYBODY, MANY), _open(_BEARING, FEW)),
}
_before, _behind = (
    select(patients.c.id)
    .where(where)
    .order_by(patients.c.organisation, patients.c.id)  # the index's own order, or all patients would be read
    .limit(literal_column(str(MOST_OTHERS + 1), Integer()))
    .subquery()
    for where in (patients.c.organisation < _organisation, patients.c.organisation > _organisation)
)
_OTHERS = Prepared(select(union_all(select(_before.c.id), select(_behind.c.id)).subquery()))
_own_people = select(patients.c.id).where(_OWN).limit(MOST_NAMED + 1).subquery()
_SIZES = select(
    select(func.count()).select_from(_own_people).scalar_subquery(),
    # Numbers are given one after another: the last one tells how many there are without counting.
    select(func.coalesce(func.max(patients.c.number), 0)).scalar_subquery(),
)
