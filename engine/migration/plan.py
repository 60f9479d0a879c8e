"""Who would move to a version, where each group stands and would stand, and who cannot move and why. Only reads.

Where tokens would stand is worked out for everybody, without running anything. What changes for tasks and timers is
shown of the first of each group, who are loaded as a command would load them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from engine.application import FAULTS_OF_A_CASE, Engine
from engine.bpmn.anatomy import Anatomy, anatomy_of
from engine.bpmn.rearming import Rearmed
from engine.casework import Casework
from engine.commands import WORKER
from engine.definitions import Definition
from engine.migration.choices import check_moves, choices_of
from engine.migration.mapping import Mapped, Place, map_state, shape_of
from engine.migration.moving import moved
from engine.migration.reasons import Reason, told
from engine.migration.tasks import TaskChange
from engine.passed_over import passed_over_by
from engine.store import migrations as store
from engine.store.cases import case
from engine.store.versions import all_versions, version

EXAMPLES = 3  # of each group, whose tasks and timers are looked at
TASK = "user task"
_Alike = tuple[str, frozenset[Place], frozenset[Reason]]  # what those of a group have in common


@dataclass(frozen=True, slots=True)
class Person:
    """Who would move: the process, its case and its patient."""

    process: str
    case_id: str
    patient_id: str
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Example:
    """What changes for one of a group; ``fault`` where working it out fails, as moving would."""

    person: Person
    tasks: tuple[TaskChange, ...] = ()
    timers: tuple[Rearmed, ...] = ()
    disarmed: tuple[Place, ...] = ()
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Those who come from one version and have the same tasks open; ``reasons`` are none where they can move."""

    from_version: str
    from_number: int
    stands: tuple[Place, ...]  # the tasks that are open
    waits: tuple[Place, ...]  # the events and gateways at which any of them waits beside
    renamed: tuple[tuple[Place, Place], ...]  # where the place has another id or name in the new version
    reasons: tuple[Reason, ...]
    people: tuple[Person, ...]
    examples: tuple[Example, ...] = ()

    @property
    def count(self) -> int:
        return len(self.people)


@dataclass(frozen=True, slots=True)
class Plan:
    """The dry run of a migration."""

    process_id: str
    title: str
    to: str
    number: int
    moves: Mapping[str, str]
    can: tuple[Group, ...]
    cannot: tuple[Group, ...]
    there: int  # how many are on the version already
    due: int  # how many have something due now: it happens before they move, so they may stand elsewhere then
    later: datetime | None  # from when on new cases take the version, where that is still to come
    passed_over_by: int | None  # the number of the version that took its place before new cases could take it
    choices: Mapping[str, tuple[tuple[str, str], ...]]  # for each element that is gone: what could take its place

    @property
    def can_count(self) -> int:
        return sum(group.count for group in self.can)

    @property
    def cannot_count(self) -> int:
        return sum(group.count for group in self.cannot)


@dataclass
class _Found:
    """A group as it grows."""

    reasons: tuple[Reason, ...]
    stands: tuple[Place, ...]
    waits: dict[Place, None] = field(default_factory=dict)
    renamed: dict[tuple[Place, Place], None] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)

    def add(self, person: Person, mapped: Mapped) -> None:
        self.people.append(person)
        self.waits.update(dict.fromkeys(place for place in mapped.stands if place.kind != TASK))
        self.renamed.update(dict.fromkeys((s.before, s.after) for s in mapped.steps if s.before != s.after))


def plan(engine: Engine, connection: Connection, digest: str, moves: Mapping[str, str] | None = None) -> Plan:
    """The dry run; raises NotFound for the version, InvalidInput for ``moves`` that name what is not there."""
    target = engine.library.definition(connection, digest)
    row = version(connection, digest)
    moves = dict(moves or {})
    now = engine.clock.now()
    groups, due = _grouped(engine, connection, target, moves, now)
    numbers = store.numbers_of(connection, target.process_id)
    before = {each: anatomy_of(engine.library.definition(connection, each).specs) for each, *_ in groups}
    after = anatomy_of(target.specs)
    check_moves(moves, list(before.values()), after)
    found = [
        _group(engine, connection, (each, numbers[each]), target, moves, grown, now)
        for (each, *_), grown in groups.items()
    ]
    found.sort(key=lambda group: (-group.count, -group.from_number, [place.name for place in group.stands]))
    cannot = tuple(group for group in found if group.reasons)
    passed = passed_over_by(row, all_versions(connection))
    return Plan(
        process_id=target.process_id,
        title=row["title"],
        to=digest,
        number=row["number"],
        moves=moves,
        can=tuple(group for group in found if not group.reasons),
        cannot=cannot,
        there=store.count_on(connection, target.process_id, digest),
        due=due,
        later=row["effective_from"] if passed is None and (row["effective_from"] or now) > now else None,
        passed_over_by=passed,
        choices=choices_of(((group.from_version, group.reasons) for group in cannot), before, after),
    )


def _grouped(
    engine: Engine, connection: Connection, target: Definition, moves: Mapping[str, str], now: datetime
) -> tuple[dict[_Alike, _Found], int]:
    """Everybody by version and by where they stand, with how many of them have something due."""
    after = anatomy_of(target.specs)
    before: dict[str, Anatomy] = {}
    known: dict[Hashable, Mapped] = {}
    groups: dict[_Alike, _Found] = {}
    due = 0
    for row in store.running_elsewhere(connection, target.process_id, target.hash):
        digest = row["version"]
        if digest not in before:
            before[digest] = anatomy_of(engine.library.definition(connection, digest).specs)
        shape = (digest, shape_of(row["state"]))
        if shape not in known:
            known[shape] = map_state(row["state"], target.process_id, before[digest], after, moves)
        mapped = known[shape]
        reasons = tuple(dict.fromkeys(mapped.reasons))
        stands = tuple(dict.fromkeys(place for place in mapped.stands if place.kind == TASK))
        alike = frozenset() if reasons else frozenset(stands)  # who cannot move is told by what keeps them
        grown = groups.setdefault((digest, alike, frozenset(reasons)), _Found(reasons, stands))
        grown.add(
            Person(row["process"], row["case_id"], row["patient_id"], row["patient_name"], row["organisation"]), mapped
        )
        due += row["next_due"] is not None and row["next_due"] <= now
    return groups, due


def _group(
    engine: Engine,
    connection: Connection,
    origin: tuple[str, int],
    target: Definition,
    moves: Mapping[str, str],
    grown: _Found,
    now: datetime,
) -> Group:
    shown = [] if grown.reasons else grown.people[:EXAMPLES]
    return Group(
        from_version=origin[0],
        from_number=origin[1],
        stands=grown.stands,
        waits=tuple(grown.waits),
        renamed=tuple(grown.renamed),
        reasons=grown.reasons,
        people=tuple(grown.people),
        examples=tuple(_example(engine, connection, person, target, moves, now) for person in shown),
    )


def _example(
    engine: Engine, connection: Connection, person: Person, target: Definition, moves: Mapping[str, str], now: datetime
) -> Example:
    """What changes for one, worked out as the command would, on a connection that cannot write."""
    row = dict(case(connection, person.case_id))
    work = Casework(connection, row, WORKER, now, engine.zone, engine.library)
    try:
        found = moved(work, work.process(person.process), target, moves)
    except FAULTS_OF_A_CASE as fault:
        return Example(person, fault=told(fault))
    return Example(person, tuple(t for t in found.tasks if t.changed), found.timers, found.disarmed)
