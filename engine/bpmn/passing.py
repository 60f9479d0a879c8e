"""Where a token goes that has gone through its element, in the words of the diagram."""

from __future__ import annotations

from engine.bpmn.boundary import Attachment
from engine.bpmn.live import Token


def element_of(token: Token) -> str | None:
    """The diagram's element that a token stands on; None for what only we put into the tree."""
    found = getattr(token.task_spec, "bpmn_id", None)
    return None if found is None else str(found)


def successors_of(token: Token) -> list[str]:
    """The elements to which its outgoing flows have led a token that has completed."""
    found = []
    for child in token.children:
        # Before an activity with boundary events stands our split; the flow leads to the activity.
        spec = child.task_spec.outputs[0] if isinstance(child.task_spec, Attachment) else child.task_spec
        element = getattr(spec, "bpmn_id", None)
        if element is not None:
            found.append(str(element))
    return found
