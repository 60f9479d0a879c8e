"""Where each token of a running process stands in another version: its new state, or the reasons why not.

Tokens move by equal ids: to the element of the same id and kind, in the same process; ``moves`` names another element
for one that was renamed or replaced. What hangs on an element moves with it: boundary events that are new are armed,
those that are gone are not waited for any more. The exact rules: docs/migration.md. Nothing here runs or is written.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.anatomy import (
    BOUNDARY,
    COMPLETED,
    INCLUSIVE,
    LIVE,
    PARALLEL,
    RACE,
    SPLIT,
    WAITING,
    Anatomy,
    Node,
    Nodes,
)
from engine.bpmn.rearming import Arming
from engine.migration import reasons as why
from engine.migration.joins import dead_joins
from engine.migration.reasons import Reason

NUMBER, NAME, PARENT, STATE, DATA, INTERNAL = range(6)
Row = list[Any]  # a token as `engine.processes` keeps it


@dataclass(frozen=True, slots=True)
class Place:
    """An element of a diagram at which a token stands, by the diagram's own id."""

    process: str
    element: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Step:
    """A token's place before and after."""

    before: Place
    after: Place


@dataclass(frozen=True, slots=True)
class Mapped:
    """A process's state in the new version, to be loaded over its specs; not to be used where there are reasons."""

    state: str
    steps: tuple[Step, ...]
    armings: tuple[Arming, ...]
    disarmed: tuple[Place, ...]
    reasons: tuple[Reason, ...]
    stands: tuple[Place, ...]  # where people would say it stands: without what contains it, and without armed events


def map_state(state: str, process: str, before: Anatomy, after: Anatomy, moves: Mapping[str, str]) -> Mapped:
    """Map the state of a process that runs ``process`` of the version ``before`` to the version ``after``."""
    kept = json.loads(state)
    mapping = _Mapping(before, after, moves, kept.get("called", {}), kept["next"])
    tokens = mapping.scope(process, process, kept["tokens"])
    state_after: dict[str, Any] = {"tokens": tokens}
    if mapping.called:
        state_after["called"] = {each: mapping.called[each] for each in kept["called"] if each in mapping.called}
    state_after["next"] = mapping.next
    return Mapped(
        state=json.dumps(state_after, separators=(",", ":")),
        steps=tuple(mapping.steps),
        armings=tuple(mapping.armings),
        disarmed=tuple(mapping.disarmed),
        reasons=tuple(mapping.reasons),
        stands=tuple(mapping.stands),
    )


def shape_of(state: str) -> Hashable:
    """What states have in common that stand alike: elements and how they hang together, without numbers and data.

    States of one shape are mapped alike but for their numbers, and most patients of a pathway stand at few places.
    """
    kept = json.loads(state)
    places = {row[NUMBER]: n for n, row in enumerate(_all_rows(kept))}
    called = kept.get("called", {}).items()
    inside = ((places[int(number)], name, _shape(rows, places)) for number, (name, rows) in called)
    return _shape(kept["tokens"], places), tuple(inside)


def _all_rows(kept: Mapping[str, Any]) -> Iterator[Row]:
    yield from kept["tokens"]
    for _, rows in kept.get("called", {}).values():
        yield from rows


def _shape(rows: list[Row], places: Mapping[int, int]) -> Hashable:
    return tuple((row[NAME], places.get(row[PARENT]), row[STATE]) for row in rows)


@dataclass
class _Mapping:
    """One state on its way from one version to another."""

    before: Anatomy
    after: Anatomy
    moves: Mapping[str, str]
    inside: Mapping[str, Any]  # the called and embedded processes, by the number of their activity's token
    next: int
    called: dict[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    armings: list[Arming] = field(default_factory=list)
    disarmed: list[Place] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    stands: list[Place] = field(default_factory=list)

    def scope(self, old: str, new: str, rows: list[Row]) -> list[Row]:
        """The tokens of one process, and of what runs inside it."""
        scope = _Scope(self, old, new, rows)
        found = scope.mapped()
        for row in rows:
            node = scope.nodes.get(row[NAME])
            if str(row[NUMBER]) in self.inside and node is not None and node.contains:
                self._enter(row, node, scope.goal(node))
        return found

    def _enter(self, row: Row, node: Node, target: Node | None) -> None:
        name, inner = self.inside[str(row[NUMBER])]
        into = None if target is None else target.contains
        if into is not None and into in self.after:
            self.called[str(row[NUMBER])] = [into, self.scope(name, into, inner)]

    def new_number(self) -> int:
        self.next += 1
        return self.next


class _Scope:
    """The tokens of one process: `mapped` gives their rows in the new version."""

    def __init__(self, whole: _Mapping, old: str, new: str, rows: list[Row]) -> None:
        self.whole, self.old, self.new, self.rows = whole, old, new, rows
        self.nodes: Nodes = whole.before[old]
        self.goals: Nodes = whole.after.get(new, {})
        self.by_number = {row[NUMBER]: row for row in rows}
        self.found: dict[int, Row] = {}  # in the order in which they will run

    # -- what becomes of each token -----------------------------------------------------------------------------------
    def mapped(self) -> list[Row]:
        before = len(self.whole.reasons)
        for row in self.rows:
            self._place(row)
        for row in list(self.found.values()):
            self._arm_beside(row)
        if len(self.whole.reasons) == before:
            sources = {name: self.name_of(name) for name in self.nodes}
            stuck = dead_joins(self.nodes, self.rows, self.goals, list(self.found.values()), sources)
            self.whole.reasons += [why.dead_join(self.new, join, missing) for join, missing in stuck]
        return list(self.found.values())

    def _place(self, row: Row) -> None:
        node, parent = self.nodes[row[NAME]], self._parent(row)
        if row[STATE] not in LIVE:
            self._place_finished(row, node)
        elif node.kind == BOUNDARY or (parent is not None and parent.kind == RACE):
            self._place_event(row, node)
        elif self._may_move(row, node, parent):
            self._keep(row, self.name_of(row[NAME]))
            self._note_step(row, node)

    def _place_finished(self, row: Row, node: Node) -> None:
        """Of what is finished only the direct parents of live tokens are kept; one that is gone leaves them its own."""
        goal = self.goals.get(self.name_of(row[NAME]))
        if goal is None or goal.kind != node.kind:
            if node.kind == RACE:  # its events wait: they are of no use without it
                reason = why.gone(self.old, node) if goal is None else why.another_kind(self.old, node, goal)
                self.whole.reasons.append(reason)
            return
        self._keep(row, goal.name)

    def _place_event(self, row: Row, node: Node) -> None:
        """An event beside an activity, or behind an event-based gateway: it waits on, or is not waited for any more."""
        goal = self.goals.get(self.name_of(row[NAME]))
        above = self.found.get(row[PARENT])
        belongs = goal is not None and above is not None and goal.name in self.goals[above[NAME]].outputs
        if goal is None or not belongs or (goal.kind, goal.trigger) != (node.kind, node.trigger):
            if above is not None or node.kind == BOUNDARY:
                self.whole.disarmed.append(self._place_at(self.old, node))
            return
        self._keep(row, goal.name)
        self._note_step(row, node)
        if goal.timer is not None and goal.timer != node.timer:
            self._arm(self.found[row[NUMBER]], goal, was_armed=True)

    def _may_move(self, row: Row, node: Node, parent: Node | None) -> bool:
        reason = self._obstacle(row, node, parent)
        if reason is not None:
            self.whole.reasons.append(reason)
            if node.element is not None:
                self.whole.stands.append(self._place_at(self.old, node))
        return reason is None

    def _obstacle(self, row: Row, node: Node, parent: Node | None) -> Reason | None:
        goal = self.goal(node)
        if goal is None:
            other = self._elsewhere(node)
            return why.gone(self.old, node) if other is None else why.moved_away(self.old, node, other)
        if (goal.kind, goal.trigger) != (node.kind, node.trigger):
            return why.another_kind(self.old, node, goal)
        if node.kind == "call activity" and node.contains != goal.contains:
            return why.other_call(self.old, node, goal)
        if node.kind in (PARALLEL, INCLUSIVE) and parent is not None and self.name_of(parent.name) not in goal.inputs:
            return why.flow_gone(self.old, node, parent if parent.element else None)
        return None

    def _elsewhere(self, node: Node) -> str | None:
        """Another process of the new version that has the element; not where it was there beside this one before."""
        for process, nodes in self.whole.after.items():
            if process != self.new and node.name in nodes and node.name not in self.whole.before.get(process, {}):
                return process
        return None

    # -- what waits beside an activity --------------------------------------------------------------------------------
    def _arm_beside(self, row: Row) -> None:
        """Arm the events that are new at an activity; behind an event-based gateway, those that are new there."""
        goal = self.goals[row[NAME]]
        split = self.goals.get(f"{row[NAME]}.BoundaryEventSplit")
        if goal.kind == RACE:  # it is kept only while its events wait
            self._arm_missing(row, goal, row)
        elif row[STATE] in LIVE and split is not None and split.kind == SPLIT:
            above = self.found.get(row[PARENT])
            if above is None or above[NAME] != split.name:
                above = self._put_before(row, split)
            self._arm_missing(above, split, row)

    def _put_before(self, row: Row, split: Node) -> Row:
        """A split that was not there, before an activity that runs already."""
        new = [self.whole.new_number(), split.name, row[PARENT], COMPLETED]
        row[PARENT] = new[NUMBER]
        self.found = {
            number: each for old in self.found.values() for number, each in _in_order(new if old is row else None, old)
        }
        return new

    def _arm_missing(self, above: Row, node: Node, beside: Row) -> None:
        there = {row[NAME] for row in self.found.values() if row[PARENT] == above[NUMBER] and row[STATE] in LIVE}
        for name in node.outputs:
            goal = self.goals[name]
            if name not in there and goal.trigger is not None:
                row = [self.whole.new_number(), name, above[NUMBER], WAITING, _data(beside), None]
                self.found[row[NUMBER]] = row
                if goal.timer is not None:
                    self._arm(row, goal, was_armed=False, activity=beside[NUMBER])

    def _arm(self, row: Row, goal: Node, *, was_armed: bool, activity: int | None = None) -> None:
        named = (self.new, goal.element or goal.name, goal.title)
        self.whole.armings.append(Arming(row[NUMBER], *named, activity, was_armed))

    # -- names --------------------------------------------------------------------------------------------------------
    def goal(self, node: Node) -> Node | None:
        """The node of the new version at which a token of ``node`` would stand."""
        return self.goals.get(self.name_of(node.name))

    def name_of(self, name: str) -> str:
        """How a node is called in the new version, if it is there at all."""
        if name == f"{self.old}.EndJoin":
            return f"{self.new}.EndJoin"
        element, dot, rest = name.partition(".BoundaryEventSplit")
        if not dot:
            element, dot, rest = name.partition(" [child]")
        return f"{self.whole.moves.get(element, element)}{dot}{rest}"

    def _keep(self, row: Row, name: str) -> None:
        """Keep a token; where its parent was dropped the root takes its place."""
        parent = row[PARENT]
        if parent is not None and parent not in self.found:
            parent = self.rows[0][NUMBER]
        self.found[row[NUMBER]] = [row[NUMBER], name, parent, *row[STATE:]]

    def _parent(self, row: Row) -> Node | None:
        above = self.by_number.get(row[PARENT])
        return None if above is None else self.nodes[above[NAME]]

    def _note_step(self, row: Row, node: Node) -> None:
        goal = self.goal(node)
        if goal is None or node.element is None or goal.element is None:
            return
        step = Step(self._place_at(self.old, node), self._place_at(self.new, goal))
        if node.kind != BOUNDARY:
            self.whole.steps.append(step)
            if node.instance is None and node.contains is None:
                self.whole.stands.append(step.before)
        if node.kind != BOUNDARY and goal.timer is not None and goal.timer != node.timer:
            parent = self._parent(row)
            if parent is None or parent.kind != RACE:  # there it is done with its rivals
                self._arm(self.found[row[NUMBER]], goal, was_armed=True)

    def _place_at(self, process: str, node: Node) -> Place:
        return Place(process, node.element or node.name, node.title, node.kind)


def _in_order(first: Row | None, second: Row) -> Iterator[tuple[int, Row]]:
    if first is not None:
        yield first[NUMBER], first
    yield second[NUMBER], second


def _data(row: Row) -> Any:
    return row[DATA] if len(row) > DATA else None
