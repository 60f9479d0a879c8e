"""What the parts of a diagram's elements are called in a sentence, and which of them refer to other elements."""

from __future__ import annotations

import re
from typing import Final

HOLDER: Final = "in"  # the part that says which process or subprocess an element stands in
_REFERENCES: Final = frozenset(
    {
        HOLDER, "sourceRef", "targetRef", "attachedToRef", "default", "messageRef", "errorRef", "escalationRef",
        "signalRef", "processRef", "flowNodeRef",
    }
)  # fmt: skip
#: What an attribute means that is not there (BPMN 2.0.2, chapters 8 and 10), and our own `priority`.
DEFAULTS: Final = {
    "cancelActivity": "true", "isInterrupting": "true", "isSequential": "false", "triggeredByEvent": "false",
    "isForCompensation": "false", "startQuantity": "1", "completionQuantity": "1", "gatewayDirection": "Unspecified",
    "parallelMultiple": "false", "instantiate": "false", "isClosed": "false", "processType": "None",
    "priority": "normal",
}  # fmt: skip
_WORDS: Final = {
    HOLDER: "the process that it stands in",
    "sourceRef": "where it comes from",
    "targetRef": "where it leads",
    "attachedToRef": "the activity that it is attached to",
    "default": "its default flow",
    "calledElement": "the process that it calls",
    "cancelActivity": "whether it ends its activity",
    "conditionExpression": "condition",
    "timeDate": "its date",
    "timeDuration": "how long it waits",
    "timeCycle": "when it repeats",
    "messageRef": "its message",
    "errorRef": "its error",
    "escalationRef": "its escalation",
    "signalRef": "its signal",
    "isExecutable": "whether it can run",
    "isSequential": "whether its instances run one after the other",
    "loopCardinality": "how many instances it has",
    "completionCondition": "when its instances are enough",
    "task/kind": "kind",
    "task/role": "role",
    "task/due": "due",
    "task/closes": "closes after",
    "task/form": "form",
    "task/title": "title",
    "task/why": "why",
    "task/priority": "priority",
    "operation/name": "operation",
    "decision/ref": "the decision that it takes",
    "decision/result": "where its answer is kept",
    "pathway/track": "track",
    "pathway/tracks": "tracks",
    "pathway/title": "title",
    "documentation": "documentation",
}
#: What is so or is not: as a sentence when it becomes so, and when it stops being so.
_YES_NO: Final = {
    "cancelActivity": ("now ends its activity", "no longer ends its activity"),
    "isInterrupting": ("now ends what goes on around it", "no longer ends what goes on around it"),
    "isSequential": ("its instances now run one after the other", "its instances now run side by side"),
    "isExecutable": ("can be run now", "can no longer be run"),
    "triggeredByEvent": ("is now started by its event", "is no longer started by an event"),
}
_KINDS: Final = {
    "task": "task settings", "operation": "operation", "decision": "decision", "pathway": "pathway settings",
    "multiInstanceLoopCharacteristics": "a repetition",
}  # fmt: skip
_PARAMETER: Final = re.compile(r"parameter\[(.+?)\](?:/(?:value|name))?$")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def is_reference(path: str) -> bool:
    """Whether a part's text is the id of another element."""
    return re.sub(r"\[\d+\]$", "", path.rsplit("/", 1)[-1]) in _REFERENCES


def part_words(path: str) -> str:
    """The words for a part: "due", "condition", "the parameter “status”"."""
    if parameter := _PARAMETER.search(path):
        return f"the parameter “{parameter[1]}”"
    steps = path.split("/")
    for known in ("/".join(steps[-2:]), steps[-1]):
        if known in _WORDS:
            return _WORDS[known]
    return _KINDS.get(steps[-1]) or tag_words(steps[-1])


def yes_no(path: str, after: str | None) -> str | None:
    """The sentence for a part that became true or false, or its default; None for one that is neither."""
    name = path.rsplit("/", 1)[-1]
    if name not in _YES_NO:
        return None
    becomes_so = (DEFAULTS.get(name) if after is None else after) != "false"
    return _YES_NO[name][not becomes_so]


def tag_words(tag: str) -> str:
    """An element's or attribute's name as words: "userTask" is "user task"."""
    return _CAMEL.sub(" ", tag).lower()
