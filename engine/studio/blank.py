"""What a new diagram and new tables begin with: a start and an end, a table of one rule."""

from __future__ import annotations

from collections.abc import Collection
from xml.sax.saxutils import quoteattr

from engine.errors import InvalidInput, Refused
from engine.studio.paths import file_name

_DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:tl="urn:throughline:bpmn:1" id="{id}_definitions" \
targetNamespace="urn:throughline:pathways">
  <bpmn:process id="{id}" name={name} isExecutable="true">
    <bpmn:startEvent id="{id}_started" name="Started">
      <bpmn:outgoing>{id}_started_to_{id}_done</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:endEvent id="{id}_done" name="Done">
      <bpmn:incoming>{id}_started_to_{id}_done</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="{id}_started_to_{id}_done" sourceRef="{id}_started" targetRef="{id}_done" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{id}_diagram">
    <bpmndi:BPMNPlane id="{id}_plane" bpmnElement="{id}">
      <bpmndi:BPMNShape id="{id}_started_di" bpmnElement="{id}_started">
        <dc:Bounds x="160" y="132" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="158" y="173" width="41" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="{id}_done_di" bpmnElement="{id}_done">
        <dc:Bounds x="460" y="132" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="464" y="173" width="28" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="{id}_started_to_{id}_done_di" bpmnElement="{id}_started_to_{id}_done">
        <di:waypoint x="196" y="150" /><di:waypoint x="460" y="150" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""

_TABLES = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{id}_definitions" name={name} \
namespace="urn:throughline:pathways">
  <decision id="{id}" name={name}>
    <decisionTable id="{id}_table" hitPolicy="FIRST">
      <input id="{id}_input" label="Day of the case">
        <inputExpression id="{id}_input_expression" typeRef="number"><text>case.day</text></inputExpression>
      </input>
      <output id="{id}_output" label="Result" name="result" typeRef="boolean" />
      <rule id="{id}_rule_1">
        <inputEntry id="{id}_rule_1_input"><text>-</text></inputEntry>
        <outputEntry id="{id}_rule_1_output"><text>false</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""


def blank_diagram(name: str, taken: Collection[str]) -> tuple[str, str]:
    """The path and text of a new diagram; raises InvalidInput without a name, Refused when there is one."""
    identity = _identity(name)
    return _free(f"{identity}.bpmn", taken), _DIAGRAM.format(id=identity, name=quoteattr(name.strip()))


def blank_tables(name: str, taken: Collection[str]) -> tuple[str, str]:
    """The path and text of a new file with one decision table; raises InvalidInput, Refused."""
    identity = _identity(name)
    return _free(f"decisions/{identity}.dmn", taken), _TABLES.format(id=identity, name=quoteattr(name.strip()))


def _identity(name: str) -> str:
    if not name.strip() or len(name) > 100 or file_name(name) == "unnamed":
        raise InvalidInput({"name": "write a name of up to 100 characters, such as Falls prevention"})
    identity = file_name(name).replace("-", "_")
    return identity if identity[0].isalpha() else f"process_{identity}"


def _free(path: str, taken: Collection[str]) -> str:
    if path in taken:
        raise Refused(f"there is a file '{path}' already: change that one, or choose another name")
    return path
