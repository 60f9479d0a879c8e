"""What a person has chosen to see of the list: as values, from an address's arguments, and back into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from worklists.queries import DUE
from worklists.wanted import NOBODY

View = Literal["mine", "unassigned", "team", "snoozed"]
VIEWS: tuple[View, ...] = get_args(View)
STEP = 100  # tasks that a list shows at first, and that "show more" adds
MOST = 1000


@dataclass(frozen=True, slots=True)
class Filter:
    """Whose tasks, of which track, kind and due time, holding which words; ``show`` is how many at most."""

    view: View = "mine"
    track: str | None = None
    kind: str | None = None
    due: str | None = None
    q: str | None = None
    show: int = STEP

    @classmethod
    def from_args(cls, args: Mapping[str, str], *, default: View = "mine") -> Filter:
        """Reads an address; what is not known there is passed over, so that an old bookmark still opens."""
        view = args.get("view")
        return cls(
            view=view if view in VIEWS else default,
            track=args.get("track") or None,
            kind=args.get("kind") or None,
            due=args.get("due") if args.get("due") in DUE else None,
            q=(args.get("q") or "").strip()[:100] or None,
            show=_shown(args.get("show")),
        )

    def args(self, **changes: Any) -> dict[str, Any]:
        """The arguments of an address that shows the same, with changes; defaults are left out."""
        kept: dict[str, Any] = {
            "view": self.view,
            "track": self.track,
            "kind": self.kind,
            "due": self.due,
            "q": self.q,
            "show": None if self.show == STEP else self.show,
        }
        return {name: value for name, value in (kept | changes).items() if value is not None}

    def query(self, email: str, role: str) -> dict[str, Any]:
        """The arguments of `worklists.queries.worklist` that this means for one person.

        "Mine" holds what is mine, and for a role that shares one pool of tasks (all but case managers, whose cases
        have an assignee) what waits for that role and nobody has: a safety review must not wait unseen.
        """
        whose: dict[str, Any] = {}
        if self.view == "mine":
            whose = {"assignee": email, "role": None if role == "case_manager" else role}
        elif self.view == "unassigned":
            whose = {"assignee": NOBODY}
        status = "snoozed" if self.view == "snoozed" else "open"
        if self.view == "snoozed":
            whose = {"assignee": email}
        return whose | {"status": status, "track": self.track, "kind": self.kind, "due": self.due, "q": self.q}


def _shown(text: str | None) -> int:
    if text is None or not text.isdigit():
        return STEP
    return min(max(int(text), STEP), MOST)
