"""Builds small BPMN diagrams for tests from a few calls: a node is a call, flows are a line of ids.

diagram(start(), user("a"), end(), flow("start a end"))
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import pairwise

from engine.definitions import Definition, compile_definition
from engine.events import EVENTS, INTERNAL

MAIN = "main.bpmn"
FORM = """id: answer
title: Answer
fields:
  - {name: note, fact: answer.note, title: Note, type: text, max_length: 100, record: true}
"""
ADMITTED, DISCHARGED, WITHDREW = "transition.admitted", "transition.discharged", "patient.withdrew"

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tl="urn:throughline:bpmn:1" '
    'id="definitions" targetNamespace="urn:test">\n'
    + "".join(f'<bpmn:message id="message_{n}" name="{n}"/>\n' for n in (*EVENTS, *INTERNAL))
    + "".join(f'<bpmn:error id="error_{c}" name="{c}" errorCode="{c}"/>\n' for c in ("E1", "E2"))
    + "".join(
        f'<bpmn:escalation id="escalation_{c}" name="{c}" escalationCode="{c}"/>\n' for c in ("C1", "C2")
    )
)


# -- files ----------------------------------------------------------------------------------------------------------
def file(*processes: str) -> str:
    """A BPMN file of whole processes; all event types, errors E1 E2 and escalations C1 C2 are declared."""
    return _HEAD + "\n".join(processes) + "\n</bpmn:definitions>\n"


def process(id_: str, *parts: str) -> str:
    return (
        f'<bpmn:process id="{id_}" name="{id_}" isExecutable="true">\n'
        + "\n".join(parts)
        + "\n</bpmn:process>"
    )


def bundle(*parts: str, called: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, str]:
    """The sources of a process ``main`` of these parts, and of the processes it calls, each in its file."""
    others = {f"{name}.bpmn": file(process(name, *inner)) for name, inner in (called or {}).items()}
    return {MAIN: file(process("main", *parts)), **others, "forms/answer.yaml": FORM}


def diagram(*parts: str, called: Mapping[str, tuple[str, ...]] | None = None) -> Definition:
    """A bundle, compiled."""
    return compile_definition(bundle(*parts, called=called), MAIN)


# -- flows ----------------------------------------------------------------------------------------------------------
def flow(ids: str, when: str | None = None) -> str:
    """Flows from each id to the next, with a condition on the first when one is given."""
    names = ids.split()
    found = []
    for number, (source, target) in enumerate(pairwise(names)):
        condition = _element("conditionExpression", when) if when and number == 0 else ""
        found.append(
            f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{condition}'
            "</bpmn:sequenceFlow>"
        )
    return "\n".join(found)


# -- tasks and activities -------------------------------------------------------------------------------------------
def user(id_: str, inside: str = "", *, title: str | None = None, why: str = "Because.") -> str:
    titled = "" if title is None else f' title="{escape(title)}"'
    settings = f'<tl:task kind="review" role="case_manager" due="P1D" form="answer" why="{escape(why)}"{titled}/>'
    return _node("userTask", id_, f"<bpmn:extensionElements>{settings}</bpmn:extensionElements>{inside}")


def record(id_: str, name: str, value: str, inside: str = "") -> str:
    """A service task that records a fact; ``value`` is FEEL."""
    parameters = "".join(
        f'<tl:parameter name="{n}" value="{escape(v)}"/>'
        for n, v in (("name", f'"{name}"'), ("value", value))
    )
    operation = f'<tl:operation name="fact.record">{parameters}</tl:operation>'
    return _node("serviceTask", id_, f"<bpmn:extensionElements>{operation}</bpmn:extensionElements>{inside}")


def decide(id_: str, ref: str, result: str) -> str:
    settings = f'<tl:decision ref="{ref}" result="{result}"/>'
    return _node("businessRuleTask", id_, f"<bpmn:extensionElements>{settings}</bpmn:extensionElements>")


def task(id_: str, kind: str = "task") -> str:
    """A task without behaviour of its own: task or manualTask."""
    return _node(kind, id_)


def receive(id_: str, message: str) -> str:
    return f'<bpmn:receiveTask id="{id_}" name="{id_}" messageRef="message_{message}"/>'


def call(id_: str, called: str, inside: str = "") -> str:
    return f'<bpmn:callActivity id="{id_}" name="{id_}" calledElement="{called}">{inside}</bpmn:callActivity>'


def sub(id_: str, *parts: str) -> str:
    return _node("subProcess", id_, "\n".join(parts))


def times(cardinality: str, *, sequential: bool = False, until: str | None = None) -> str:
    """Multi-instance characteristics, to stand inside an activity."""
    condition = "" if until is None else _element("completionCondition", until)
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"{_element('loopCardinality', cardinality)}{condition}</bpmn:multiInstanceLoopCharacteristics>"
    )


# -- events ---------------------------------------------------------------------------------------------------------
def start(id_: str = "start", definition: str = "") -> str:
    return _node("startEvent", id_, definition)


def end(id_: str = "end", definition: str = "") -> str:
    return _node("endEvent", id_, definition)


def catch(id_: str, definition: str) -> str:
    return _node("intermediateCatchEvent", id_, definition)


def throw(id_: str, definition: str = "") -> str:
    return _node("intermediateThrowEvent", id_, definition)


def on(activity: str, id_: str, definition: str, *, interrupting: bool = True) -> str:
    """A boundary event."""
    return (
        f'<bpmn:boundaryEvent id="{id_}" name="{id_}" attachedToRef="{activity}" '
        f'cancelActivity="{str(interrupting).lower()}">{definition}</bpmn:boundaryEvent>'
    )


def message(name: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="message_{name}"/>'


def timer(kind: str, expression: str) -> str:
    """``kind`` is date, duration or cycle."""
    inside = _element(f"time{kind.capitalize()}", expression)
    return f"<bpmn:timerEventDefinition>{inside}</bpmn:timerEventDefinition>"


def error(code: str | None = None) -> str:
    return f"<bpmn:errorEventDefinition{_reference('errorRef', 'error', code)}/>"


def escalation(code: str | None = None) -> str:
    return f"<bpmn:escalationEventDefinition{_reference('escalationRef', 'escalation', code)}/>"


TERMINATE = "<bpmn:terminateEventDefinition/>"


# -- gateways -------------------------------------------------------------------------------------------------------
def exclusive(id_: str, default: str | None = None) -> str:
    """``default`` is the element that the default flow leads to."""
    return _gateway("exclusiveGateway", id_, default)


def inclusive(id_: str, default: str | None = None) -> str:
    return _gateway("inclusiveGateway", id_, default)


def parallel(id_: str) -> str:
    return _gateway("parallelGateway", id_, None)


def event_gateway(id_: str) -> str:
    return _gateway("eventBasedGateway", id_, None)


def _gateway(kind: str, id_: str, default: str | None) -> str:
    chosen = "" if default is None else f' default="{id_}_{default}"'
    return f'<bpmn:{kind} id="{id_}" name="{id_}"{chosen}/>'


def _node(kind: str, id_: str, inside: str = "") -> str:
    return f'<bpmn:{kind} id="{id_}" name="{id_}">{inside}</bpmn:{kind}>'


def _element(name: str, text: str) -> str:
    return f"<bpmn:{name}>{escape(text)}</bpmn:{name}>"


def _reference(attribute: str, prefix: str, code: str | None) -> str:
    return "" if code is None else f' {attribute}="{prefix}_{code}"'
