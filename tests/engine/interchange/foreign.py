"""Small files as other editors write them: each with one trait that has stopped an importer before.

A file runs where RUNS is expected; else what is expected are the ids that findings must name, None for the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_SETTINGS = (
    '<extensionElements><tl:task kind="review" role="case_manager" due="P1D" form="answer" why="Because."/>'
    "</extensionElements>"
)
ASK = f'<userTask id="ask" name="Ask">{_SETTINGS}</userTask>'
RUNS: frozenset[str | None] = frozenset()


@dataclass(frozen=True, slots=True)
class Foreign:
    data: bytes
    named: frozenset[str | None]


def flows(*ends: str) -> str:
    """Sequence flows, each from the first id to the second: "start ask"."""
    pairs = [each.split() for each in ends]
    return "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairs)


def between(*nodes: str, ids: str) -> str:
    """What stands one after the other between a start and an end event."""
    names = ["start", *ids.split(), "end"]
    ways = flows(*(f"{a} {b}" for a, b in pairwise(names)))
    return '<startEvent id="start"/>' + "".join(nodes) + f'<endEvent id="end"/>{ways}'


def process(inside: str, id_: str = "brought", executable: str = ' isExecutable="true"') -> str:
    return f'<process id="{id_}" name="Brought"{executable}>{inside}</process>'


def document(inside: str, attributes: str = "", prefix: str = "") -> str:
    name = f"xmlns:{prefix}" if prefix else "xmlns"
    opening = f'{name}="{MODEL}" xmlns:tl="urn:throughline:bpmn:1" targetNamespace="urn:elsewhere" {attributes}'
    text = f'<definitions id="definitions" {opening}>{inside}</definitions>'
    return text if not prefix else _prefixed(text, prefix)


def _prefixed(text: str, prefix: str) -> str:
    """The same with a prefix at each name that has none."""
    for mark in ("</", "<"):
        parts = text.split(mark)
        text = mark.join([parts[0], *(_with(part, prefix) for part in parts[1:])])
    return text


def _with(part: str, prefix: str) -> str:
    name = part.split(">", 1)[0].split(" ", 1)[0]
    return part if ":" in name or name.startswith(("/", "?")) else f"{prefix}:{part}"


def runs(inside: str, attributes: str = "", prefix: str = "") -> Foreign:
    return Foreign(document(inside, attributes, prefix).encode(), RUNS)


def refused(inside: str, *named: str | None) -> Foreign:
    return Foreign(document(inside).encode(), frozenset(named))


def step(element: str) -> Foreign:
    """A process of one odd element, which is to be named."""
    return refused(process(between(element, ids="odd")), "odd")


def event(kind: str, definition: str) -> Foreign:
    return step(f'<{kind} id="odd">{definition}</{kind}>')


PLAIN = process(between(ASK, ids="ask"))
POOL = '<collaboration id="c"><participant id="pool" name="Clinic" processRef="brought"/>{}</collaboration>'
LANES = (
    '<laneSet id="lanes"><lane id="left" name="Care"><flowNodeRef>ask</flowNodeRef>'
    '<childLaneSet id="inner"><lane id="right"/></childLaneSet></lane></laneSet>'
)
DATA = (
    '<dataObject id="paper" itemSubjectRef="item"/><dataObjectReference id="sheet" dataObjectRef="paper">'
    '<dataState name="signed"/></dataObjectReference><dataStoreReference id="drawer" dataStoreRef="store"/>'
)
NOTES = (
    '<textAnnotation id="note"><text>Ärztin fragen</text></textAnnotation>'
    '<association id="line" sourceRef="ask" targetRef="note"/><group id="frame" categoryValueRef="value"/>'
)
VENDOR = (
    '<extensionElements><v:colour xmlns:v="urn:vendor" rgb="1,2,3"><Grid xmlns="" spacing="15"/></v:colour>'
    "</extensionElements>"
)
READING = (
    '<ioSpecification><dataInput id="in"/><inputSet><dataInputRefs>in</dataInputRefs></inputSet><outputSet/>'
    '</ioSpecification><dataInputAssociation id="odd"><sourceRef>sheet</sourceRef><targetRef>in</targetRef>'
    "</dataInputAssociation>"
)
LATIN = '<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>\n' + document(
    process(between(ASK.replace("Ask", "Ärztin prüft"), NOTES, ids="ask"))
)
CARGO = (
    '<import importType="http://schemas.xmlsoap.org/wsdl/" location="service.wsdl" namespace="urn:service"/>'
    '<itemDefinition id="item" structureRef="s:Thing"/><resource id="nurse" name="Nurse"/>'
    '<dataStore id="store" name="Registry"/><message id="unused"/><signal id="bell" name="Bell"/>'
    '<interface id="i" name="Service"><operation id="o" name="Call"><inMessageRef>unused</inMessageRef></operation>'
    '</interface><category id="cat"><categoryValue id="value" value="Frame"/></category>'
)
DRAWING = (
    '<g:BPMNDiagram xmlns:g="http://www.omg.org/spec/BPMN/20100524/DI" documentation="" resolution="96.0000026">'
    '<g:BPMNPlane bpmnElement="brought"><g:BPMNShape bpmnElement="ask">'
    '<c:Bounds xmlns:c="http://www.omg.org/spec/DD/20100524/DC" x="1.5" y="2.0" width="100.0" height="80.0"/>'
    "</g:BPMNShape></g:BPMNPlane></g:BPMNDiagram>"
)
TWO = process(between(ASK.replace('"ask"', '"other"'), ids="other").replace('"start', '"s').replace('"end', '"e'), "b")

CONDITION = "conditionalEventDefinition"

FILES: dict[str, Foreign] = {
    "default namespace, no drawing": runs(PLAIN),
    "prefix semantic": runs(PLAIN, prefix="semantic"),
    "prefix of one letter": runs(PLAIN, prefix="b"),
    "attributes of other namespaces": runs(PLAIN, 'xmlns:w="urn:w" w:version="1" exporter="Elsewhere" xml:lang="de"'),
    "drawing without ids": runs(PLAIN + DRAWING),
    "ISO-8859-1 with umlauts": Foreign(LATIN.encode("latin-1"), RUNS),
    "byte order mark": Foreign(b"\xef\xbb\xbf" + document(PLAIN).encode(), RUNS),
    "lines that end in CR LF": Foreign(document(PLAIN).replace("><", ">\r\n<").encode(), RUNS),
    "pool around the process": runs(POOL.format("") + PLAIN),
    "lanes in lanes": runs(process(LANES + between(ASK, ids="ask"))),
    "data objects and stores": runs(CARGO + process(DATA + between(ASK, ids="ask"))),
    "annotations and groups": runs(CARGO + process(between(ASK, NOTES, ids="ask"))),
    "imports, items, interfaces, signals": runs(CARGO + PLAIN, 'xmlns:s="urn:service"'),
    "extensions of a vendor": runs(process(VENDOR + between(ASK, ids="ask"))),
    "extensions in the default namespace": runs(
        process("<extensionElements><Grid spacing='15'/></extensionElements>" + between(ASK, ids="ask"))
    ),
    "names over several lines": runs(PLAIN.replace('name="Ask"', 'name="Ask&#xD;&#xA;again"')),
    "manual and abstract tasks": runs(process(between('<manualTask id="m"/>', '<task id="t"/>', ids="m t"))),
    "isExecutable is not written": runs(process(between(ASK, ids="ask"), executable="")),
    "not executable": refused(process(between(ASK, ids="ask"), executable=' isExecutable="false"'), "brought"),
    "two pools with a message between them": refused(
        POOL.format(
            '<participant id="p2" processRef="b"/><messageFlow id="mail" sourceRef="ask" targetRef="other"/>'
        )
        + PLAIN
        + TWO,
        None,
    ),
    "several processes": refused(PLAIN + TWO, None),
    "no process": refused('<collaboration id="c"><participant id="pool" name="Somebody"/></collaboration>', None),
    "user task without settings": step('<userTask id="odd" implementation="##WebService"/>'),
    "service task of a web service": step('<serviceTask id="odd" operationRef="o" implementation="##WebService"/>'),
    "script task": step('<scriptTask id="odd" scriptFormat="text/groovy"><script>a = 1</script></scriptTask>'),
    "send task": step('<sendTask id="odd" messageRef="unused"/>'),
    "receive task that begins a process": step('<receiveTask id="odd" instantiate="true"/>'),
    "standard loop": step('<task id="odd"><standardLoopCharacteristics testBefore="false"/></task>'),
    "loop over data": step('<task id="odd"><multiInstanceLoopCharacteristics isSequential="true"/></task>'),
    "call of a global task": refused(
        '<globalUserTask id="task" name="Somewhere"/>'
        + process(between('<callActivity id="odd" calledElement="task"/>', ids="odd")),
        "task",
        "odd",
    ),
    "call of a process elsewhere": step('<callActivity id="odd" calledElement="n:other" xmlns:n="urn:n"/>'),
    "complex gateway": step('<complexGateway id="odd"/>'),
    "event-based start": step('<eventBasedGateway id="odd" instantiate="true"/>'),
    "collapsed subprocess with nothing in it": step('<subProcess id="odd" triggeredByEvent="false"/>'),
    "transaction": step('<transaction id="odd" method="##Compensate"><task id="t"/></transaction>'),
    "ad-hoc subprocess": step('<adHocSubProcess id="odd" ordering="Parallel"><task id="t"/></adHocSubProcess>'),
    "event subprocess": refused(
        process(between(ASK, ids="ask") + '<subProcess id="odd" triggeredByEvent="true"/>'), "odd"
    ),
    "compensation": refused(
        process(between(ASK, ids="ask") + '<task id="odd" isForCompensation="true"/>'), "odd"
    ),
    "links": refused(
        process(
            '<startEvent id="start"/><intermediateThrowEvent id="odd"><linkEventDefinition name="A"/>'
            '</intermediateThrowEvent><intermediateCatchEvent id="odd2"><linkEventDefinition name="A"/>'
            '</intermediateCatchEvent><endEvent id="end"/>' + flows("start odd", "odd2 end")
        ),
        "odd",
        "odd2",
    ),
    "signal": event("intermediateCatchEvent", '<signalEventDefinition signalRef="bell"/>'),
    "condition": event("intermediateCatchEvent", f"<{CONDITION}><condition/></{CONDITION}>"),
    "escalation without a code": event("intermediateThrowEvent", "<escalationEventDefinition/>"),
    "cancel": event("intermediateCatchEvent", "<cancelEventDefinition/>"),
    "compensation thrown": event("intermediateThrowEvent", "<compensateEventDefinition/>"),
    "message thrown": event("intermediateThrowEvent", '<messageEventDefinition messageRef="unused"/>'),
    "message without a name": refused(
        '<message id="unused"/>'
        + process(
            between(
                '<intermediateCatchEvent id="odd"><messageEventDefinition messageRef="unused"/>'
                "</intermediateCatchEvent>",
                ids="odd",
            )
        ),
        "odd",
    ),
    "several definitions": event("intermediateCatchEvent", "<timerEventDefinition/><messageEventDefinition/>"),
    "timer without a time": event("intermediateCatchEvent", "<timerEventDefinition><timeDate/></timerEventDefinition>"),
    "data that a task reads": refused(CARGO + process(DATA + between(
        ASK.replace("</userTask>", f"{READING}</userTask>"), ids="ask")), "ask", "odd"),
    "performers": step('<task id="odd"><performer><resourceRef>nurse</resourceRef></performer></task>'),
    "conditional flow from a task": refused(
        process(
            between(ASK, ids="ask").replace(
                'sourceRef="ask" targetRef="end"/>',
                'sourceRef="ask" targetRef="end"><conditionExpression>true</conditionExpression></sequenceFlow>',
            )
        ),
        "ask",
    ),
    "gateway without conditions": refused(
        process(
            '<startEvent id="start"/><exclusiveGateway id="odd"/><task id="t"/><task id="u"/><endEvent id="end"/>'
            + flows("start odd", "odd t", "odd u", "t end", "u end")
        ),
        "odd",
    ),
    "choreography": refused(
        '<choreography id="odd"><participant id="a"/><participant id="b"/><startEvent id="s"/>'
        '<choreographyTask id="ct" initiatingParticipantRef="a"><participantRef>a</participantRef>'
        "</choreographyTask></choreography>",
        "odd",
    ),
    "conversation": refused(
        '<collaboration id="c"><participant id="a"/><participant id="b"/><conversation id="odd" name="Talk">'
        '<participantRef>a</participantRef></conversation><conversationLink id="l" sourceRef="a" targetRef="odd"/>'
        "</collaboration>",
        "odd",
    ),
    "elements without ids": refused(process("<startEvent/><task/><endEvent/>"), "brought"),
}  # fmt: skip
