"""Which parallel gateways of a new version would wait for ever for tokens that run already.

A branch that was drawn between a fork and its join is one that a process behind the fork never enters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.bpmn.anatomy import LIVE, PARALLEL, Node, Nodes

NUMBER, NAME, PARENT, STATE = range(4)


def dead_joins(
    old: Nodes,
    rows: Sequence[Sequence[Any]],
    new: Nodes,
    mapped: Sequence[Sequence[Any]],
    names: Mapping[str, str],
) -> list[tuple[Node, list[Node]]]:
    """Each such gateway with the elements whose token cannot come; one that waited in vain before is not named."""
    found = []
    before = {names[name]: _missing(old, rows, node) for name, node in old.items() if node.kind == PARALLEL}
    for name, node in new.items():
        if node.kind == PARALLEL:
            missing = _missing(new, mapped, node)
            if missing and not before.get(name):
                found.append((node, [new[each] for each in missing]))
    return found


def _missing(nodes: Nodes, rows: Sequence[Sequence[Any]], join: Node) -> list[str]:
    """The flows of a join on which no token waits or can come, where one does on another; else none."""
    by_number = {row[NUMBER]: row for row in rows}
    live = [row for row in rows if row[STATE] in LIVE]
    arrived = {by_number[row[PARENT]][NAME] for row in live if row[NAME] == join.name and row[PARENT] in by_number}
    standing = {row[NAME] for row in live if row[NAME] != join.name}
    coming = {name for name in join.inputs if name not in arrived and standing & _upstream(nodes, name, join.name)}
    missing = [name for name in join.inputs if name not in arrived and name not in coming]
    return missing if arrived or coming else []


def _upstream(nodes: Nodes, name: str, without: str) -> set[str]:
    """The nodes from which ``name`` is reached without passing ``without``, itself included."""
    found: set[str] = set()
    todo: list[str] = [name]
    while todo:
        each = todo.pop()
        if each not in found and each != without:
            found.add(each)
            todo.extend(_before(nodes, each))
    return found


def _before(nodes: Nodes, name: str) -> Iterable[str]:
    return nodes[name].inputs if name in nodes else ()
