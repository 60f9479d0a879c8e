"""What takes the place of an element that is gone: what was said is checked, and what could be said is offered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from engine.bpmn.anatomy import Anatomy, Node
from engine.errors import InvalidInput
from engine.migration.reasons import Reason


def check_moves(moves: Mapping[str, str], before: Sequence[Anatomy], after: Anatomy) -> None:
    """Raises InvalidInput for an element that no version has, naming what is near."""
    errors = {}
    here, there = _elements(before), _elements([after])
    for old, new in moves.items():
        if before and old not in here:
            errors[old] = f"no version that somebody runs on has an element '{old}'{_near(old, here)}"
        elif new not in there:
            errors[old] = f"the new version has no element '{new}'{_near(new, there)}"
    if errors:
        raise InvalidInput(errors)


def _elements(anatomies: Sequence[Anatomy]) -> set[str]:
    nodes = (node for anatomy in anatomies for scope in anatomy.values() for node in scope.values())
    return {node.element for node in nodes if node.element is not None}


def _near(name: str, known: set[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def choices_of(
    kept: Iterable[tuple[str, Iterable[Reason]]], before: Mapping[str, Anatomy], after: Anatomy
) -> dict[str, tuple[tuple[str, str], ...]]:
    """For each element that is gone, those of its kind in the same process that no version before has.

    ``kept`` are what keeps cases from moving, by the version they stand on; ``before`` these versions' elements.
    """
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for digest, reasons in kept:
        for reason in reasons:
            if reason.gone is not None and reason.process in after:
                here = before[digest][reason.process]
                found[reason.gone] = tuple(_alike(here[reason.gone], here, after[reason.process]))
    return found


def _alike(old: Node, before: Mapping[str, Node], after: Mapping[str, Node]) -> Iterator[tuple[str, str]]:
    for name, node in after.items():
        if node.element is not None and (node.kind, node.trigger) == (old.kind, old.trigger) and name not in before:
            yield node.element, node.title
