"""Which elements a process can be let go past, by which flows, and what is said where that cannot mean anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.anatomy import MANY, RACE, SPLIT, Node, anatomy_of
from engine.bpmn.timers import CYCLE
from engine.commands import SkipIncident
from engine.definitions import Definition
from engine.errors import InvalidInput, Refused
from engine.incidents.place import Skip

_GATEWAYS = ("exclusive gateway", "inclusive gateway")
_DONE = ("user task", "service task", "business rule task", *MANY)


@dataclass(frozen=True, slots=True)
class Way:
    """A flow out of a gateway, by the element that it leads to."""

    element: str
    name: str
    is_default: bool


def ways_past(definition: Definition, incident: Mapping[str, Any]) -> tuple[Way, ...]:
    """The flows among which a director chooses; none where the element has but one way out."""
    node = _node(definition, incident)
    if node is None or node.kind not in _GATEWAYS:
        return ()
    nodes = anatomy_of(definition.specs)[incident["diagram"]]
    spec = definition.specs[incident["diagram"]].task_specs[node.name]
    found = []
    for condition, name in spec.cond_task_specs:
        behind = nodes[nodes[name].outputs[0]] if nodes[name].kind == SPLIT else nodes[name]
        found.append(Way(behind.element or behind.name, behind.title, condition is None))
    return tuple(found)


def is_timer(definition: Definition, incident: Mapping[str, Any]) -> bool:
    """Whether the element that failed is a timer, which can be set to an instant."""
    node = _node(definition, incident)
    return node is not None and node.timer is not None


def repeats(definition: Definition, incident: Mapping[str, Any]) -> bool:
    """Whether it is a timer that repeats: one that is let go past does not come any more."""
    node = _node(definition, incident)
    return node is not None and node.timer is not None and node.timer[0] == CYCLE


def why_not(definition: Definition, incident: Mapping[str, Any]) -> str | None:
    """Why the process cannot be let go past what failed, in words; None where it can."""
    if incident["element_id"] is None:
        return "no single element failed; mend the diagram, move the process to it and retry, or close the case"
    node = _node(definition, incident)
    if node is None:
        return f"its version has no element '{incident['element_id']}' any more; retry"
    if node.timer is None and node.kind not in (*_GATEWAYS, *_DONE):
        words = f"{node.words} has no effect of its own that could be left out"
        return f"“{node.title}” cannot be skipped: an {RACE if node.kind == RACE else words}; retry"
    return None


def skip_of(definition: Definition, incident: Mapping[str, Any], command: SkipIncident) -> Skip:
    """What a director has chosen; raises Refused where it cannot be, InvalidInput where more is to be said."""
    if (command.element, command.failures) != (incident["element_id"], incident["failures"]):
        where = f"at “{incident['element_name']}”" if incident["element_name"] else "at no single step"
        raise Refused(f"it failed {where} since you looked at it; look at the incident again before you skip a step")
    if (reason := why_not(definition, incident)) is not None:
        raise Refused(reason)
    errors = {}
    if not command.reason.strip():
        errors["reason"] = "say why the element may be left out for this patient"
    ways = ways_past(definition, incident)
    if command.to is not None and command.to not in {way.element for way in ways}:
        known = ", ".join(way.element for way in ways)
        errors["to"] = f"choose one of {known}" if known else "it has only one way to go on; leave this out"
    if command.to is None and ways and not any(way.is_default for way in ways):
        errors["to"] = f"choose where to go on: {', '.join(way.element for way in ways)}"
    if command.at is not None and not is_timer(definition, incident):
        errors["at"] = "only a timer can be set to an instant; leave this out"
    if command.at is not None and command.at.tzinfo is None:
        errors["at"] = "give an instant with its time zone"
    if errors:
        raise InvalidInput(errors)
    return Skip(incident["diagram"], incident["element_id"], incident["failed_as_of"], command.to, command.at)


def _node(definition: Definition, incident: Mapping[str, Any]) -> Node | None:
    """The element that failed; of an activity of many the activity as a whole."""
    nodes = anatomy_of(definition.specs).get(incident["diagram"] or "", {})
    found = [node for node in nodes.values() if node.element == incident["element_id"] and node.kind != SPLIT]
    found.sort(key=lambda node: node.instance is None)
    return found[0] if found else None
