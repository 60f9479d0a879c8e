"""Where in the diagrams of a process something is at work, and which element a director lets it go past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """An element of a diagram; ``diagram`` is the process in which it is drawn, the main one or one that it calls."""

    diagram: str
    element: str | None
    name: str | None


@dataclass(slots=True)
class Skip:
    """An element that is treated as done without its effect, once.

    ``to`` is the element that the chosen flow of a gateway leads to, ``at`` the instant to which a timer is set. It was
    ``since`` that the element failed as of: what comes to it before is not what a director has looked at.
    """

    diagram: str
    element: str
    since: datetime
    to: str | None = None
    at: datetime | None = None
    used: bool = False

    def takes(self, place: Place, instant: datetime) -> bool:
        """Whether the place is the element to go past; it is so once."""
        here = (place.diagram, place.element) == (self.diagram, self.element)
        found = here and not self.used and instant >= self.since
        self.used = self.used or found
        return found


def kept_skip(skip: Skip, version: str) -> dict[str, Any]:
    """A skip as it is kept with an incident; it is meant for the version in which the element failed."""
    return {
        "version": version,
        "diagram": skip.diagram,
        "element": skip.element,
        "since": skip.since.isoformat(),
        "to": skip.to,
        "at": None if skip.at is None else skip.at.isoformat(),
    }


def skip_in(kept: Mapping[str, Any]) -> Skip:
    """The skip of `kept_skip`."""
    at = None if kept["at"] is None else datetime.fromisoformat(kept["at"])
    return Skip(kept["diagram"], kept["element"], datetime.fromisoformat(kept["since"]), kept["to"], at)


def place_of(token: Any) -> Place:
    """The element on which a token stands."""
    spec = token.task_spec
    element = getattr(spec, "bpmn_id", None)
    return Place(token.workflow.spec.name, element, getattr(spec, "bpmn_name", None) or element)
