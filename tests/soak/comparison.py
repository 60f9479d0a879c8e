"""Two walks side by side: whether both have left the same, and the first thing that differs, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.proof.verification import Trust, verify_everything
from engine.store.database import Database
from tests.soak.effects import effects
from tests.soak.order import Row
from tests.soak.place import Place
from tests.soak.rows import NAMED_BY, Left, left_in

_SHOWN = 5  # differences of a table


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a walk came to: what is in its database, what left the house, what each act was answered, what is broken."""

    left: Left
    effects: dict[str, dict[str, str]]
    told: Mapping[str, str]
    faults: list[str]


@dataclass(frozen=True, slots=True)
class Compared:
    """How many things were compared of each kind, and what differs; nothing must."""

    counts: dict[str, int]
    differences: list[str] = field(default_factory=list)


def outcome_of(place: Place, told: Mapping[str, str]) -> Outcome:
    """Read a walk's outcome; its record is verified, and the files that left the house."""
    db = Database(place.url)
    try:
        left = left_in(db)
        with db.reading() as connection:
            verified = verify_everything(connection, Trust.of(place.settings))
    finally:
        db.dispose()
    content, faults = effects(left, place.outgoing)
    return Outcome(left, content, told, [*(str(each) for each in verified.faults), *faults])


def compare(walk: Outcome, undisturbed: Outcome) -> Compared:
    """Entry by entry."""
    counts = {**walk.left.counts(), "files sent": 2 * len(walk.effects), "answers": len(walk.told)}
    differences = [f"the walk: {fault}" for fault in walk.faults]
    differences += [f"the undisturbed one: {fault}" for fault in undisturbed.faults]
    for table, by in NAMED_BY.items():
        name = table.name
        differences += _first(_differing(name, by, walk.left.rows[name], undisturbed.left.rows[name]))
    differences += _first(_differing_values("update", walk.effects, undisturbed.effects))
    differences += _first(_differing_values("answer", walk.told, undisturbed.told))
    return Compared(counts, differences)


def _first(found: Iterator[str]) -> list[str]:
    several = list(found)
    rest = len(several) - _SHOWN
    return several if rest <= 0 else [*several[:_SHOWN], f"and {rest} more of that kind"]


def _differing(table: str, by: tuple[str, ...], rows: list[Row], others: list[Row]) -> Iterator[str]:
    """Rows that are not the same, or that only one walk has."""
    named = [{_name(table, by, row, place): row for place, row in enumerate(each)} for each in (rows, others)]
    if len(rows) != len(others):
        yield f"{table}: {len(rows)} rows, {len(others)} undisturbed"
    for name in dict.fromkeys([*named[0], *named[1]]):
        one, other = named[0].get(name), named[1].get(name)
        if one is None or other is None:
            yield f"{table} {name}: only in the {'undisturbed walk' if one is None else 'walk'}: {one or other}"
        elif one != other:
            columns = [column for column in one if one[column] != other[column]]
            yield f"{table} {name}: " + "; ".join(f"{c} is {one[c]!r}, undisturbed {other[c]!r}" for c in columns)


def _name(table: str, by: tuple[str, ...], row: Row, place: int) -> str:
    """A command has no name of its own that both walks know: it is known by its place."""
    return f"number {place}" if table == "commands" else " ".join(str(row[name]) for name in by)


def _differing_values(what: str, ones: Mapping[str, Any], others: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys([*ones, *others]):
        if ones.get(name) != others.get(name):
            yield f"{what} of {name}: {ones.get(name)}, undisturbed {others.get(name)}"
