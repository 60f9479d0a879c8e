"""Timer events: when a token's timer is due, asked of the case's own clock and calendar.

A token keeps ``due`` (ISO instant), ``anchor`` (when it was armed) and, for a cycle, ``count`` (how often it has
fired). Nothing here asks what time it is: the workflow's environment says as of when it runs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition

from engine.bpmn.live import Token
from engine.bpmn.names_read import reads

DATE, DURATION, CYCLE = "timeDate", "timeDuration", "timeCycle"


class TimerDefinition(EventDefinition):
    """One of BPMN's three timers; ``expression`` is ISO 8601 or FEEL."""

    def __init__(self, name: str, kind: str, expression: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.kind, self.expression = kind, expression
        # CMS's clock does not stop for a pause: a day that is counted by ACCESS's rules passes all the same.
        self.runs_on = kind == DATE and reads(expression, "access")

    def arm(self, token: Token) -> None:
        """Work out when the token's timer is first due."""
        environment = token.workflow.script_engine
        token.internal_data["anchor"] = environment.as_of.isoformat()
        if self.kind == CYCLE:
            token.internal_data["count"] = 0
            self._next_of_cycle(token, after=environment.as_of)
        else:
            due = environment.due(token, self.kind, self.expression)
            token.internal_data["due"] = due.isoformat()

    def rearm(self, token: Token) -> int:
        """After a cycle fired: note it and set the next instant; returns which firing it was, from 1."""
        count = int(token.internal_data["count"]) + 1
        token.internal_data["count"] = count
        self._next_of_cycle(token, after=None)
        return count

    def skip_until(self, token: Token, instant: datetime) -> None:
        """Let a cycle pass over what was due before ``instant``; a single timer stays due."""
        if self.kind == CYCLE:
            self._next_of_cycle(token, after=instant)

    def _next_of_cycle(self, token: Token, after: datetime | None) -> None:
        environment = token.workflow.script_engine
        anchor = datetime.fromisoformat(token.internal_data["anchor"])
        found = environment.nth_of_cycle(
            token, self.expression, anchor, int(token.internal_data["count"]), after
        )
        if found is None:
            token.internal_data.pop("due", None)
        else:
            token.internal_data["count"], due = found
            token.internal_data["due"] = due.isoformat()

    def due(self, token: Token) -> datetime | None:
        text = token.internal_data.get("due")
        return datetime.fromisoformat(text) if text else None

    def has_fired(self, token: Token) -> bool:
        due = self.due(token)
        return due is not None and due <= token.workflow.script_engine.as_of

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)
