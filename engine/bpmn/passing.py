"""Where a token goes that has gone through its element, in the words of the diagram."""

from __future__ import annotations

from typing import Any

from engine.bpmn.boundary import Attachment
from engine.bpmn.live import Token


def element_of(token: Token) -> str | None:
    """The diagram's element that a token stands on; None for what only we put into the tree."""
    found = getattr(token.task_spec, "bpmn_id", None)
    return None if found is None else str(found)


def successors_of(token: Token) -> list[str]:
    """The elements to which its outgoing flows have led a token that has completed."""
    found = [led_to(child.task_spec) for child in token.children]
    return [element for element in found if element is not None]


def led_to(spec: Any) -> str | None:
    """The element to which a flow leads: before an activity with boundary events stands our split."""
    behind = spec.outputs[0] if isinstance(spec, Attachment) else spec
    element = getattr(behind, "bpmn_id", None)
    return None if element is None else str(element)
