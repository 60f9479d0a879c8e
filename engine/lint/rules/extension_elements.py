"""Everything in our namespace is known, with the attributes it needs and no others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from care.errors import did_you_mean
from engine.bpmn.extension import ATTRIBUTES, TRACKS
from engine.lint.diagram import BPMN, Diagram, Sources, local, owner
from engine.lint.fields import field_of, group_of, missing
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error

NAME = "extension-elements"

STANDS_IN = {
    "task": "userTask",
    "operation": "serviceTask",
    "decision": "businessRuleTask",
    "pathway": "process",
}


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for element in diagram.extensions():
        name = local(element)
        if name not in ATTRIBUTES:
            yield error(diagram, element, NAME, f"tl:{name} is not known", did_you_mean(name, ATTRIBUTES))
            continue
        required, optional = ATTRIBUTES[name]
        if name != "parameter" and next(element.itersiblings(element.tag, preceding=True), None) is not None:
            yield error(diagram, element, NAME, f"{group_of(name)} is set a second time", "keep one")
        for attribute in sorted(required - set(element.attrib)):
            yield error(diagram, element, NAME, missing(name, attribute), f'add {attribute}="..."')
        for attribute in sorted(set(element.attrib) - required - optional):
            hint = did_you_mean(attribute, required | optional)
            yield error(diagram, element, NAME, f"tl:{name} has an unknown attribute '{attribute}'", hint)
        if name == "pathway":
            yield from _tracks(diagram, element)
        wanted = STANDS_IN.get(name)
        owning = owner(element)
        if wanted and (owning is None or owning.tag != BPMN + wanted):
            yield error(
                diagram,
                element,
                NAME,
                f"{group_of(name)} stands in a {'file' if owning is None else local(owning)}",
                f"it belongs to a bpmn:{wanted}",
            )


def _tracks(diagram: Diagram, element: Any) -> Iterator[Finding]:
    named = [("track", element.get("track")), *(("tracks", each) for each in (element.get("tracks") or "").split())]
    for attribute, track in named:
        if track is not None and track not in TRACKS:
            said = f"{field_of('pathway', attribute)}: no track '{track}'"
            yield error(diagram, element, NAME, said, did_you_mean(track, TRACKS))


RULE = Rule(NAME, "Extension elements are known and complete.", check)
