"""A case's way through its diagram as an event log for process mining (IEEE 1849, XES 2.0)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from lxml import etree

from interop.exports.case_record import CaseRecord, Row

Kind = Literal["string", "date", "int"]

EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
)
# The transitions of the standard's own lifecycle model. A task is begun when it opens: nobody presses "start".
TASK = {
    "task.created": "start",
    "task.assigned": "reassign",
    "task.completed": "complete",
    "task.cancelled": "ate_abort",
}
# What a miner would take for steps of the work and is none: where tokens stand, what was put out of sight.
LEFT_OUT = frozenset({"process.moved", "process.started", "process.ended", "task.snoozed"})


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the trace: an activity and what became of it."""

    activity: str
    transition: str
    at: datetime
    resource: str
    entry: Row


def events(record: CaseRecord) -> Iterator[Event]:
    """The entries that say what was done, in their order. Nothing of what was answered or found goes along."""
    for entry in record.history:
        if entry["kind"] not in LEFT_OUT:
            transition = TASK.get(entry["kind"], "complete")
            yield Event(_activity(record, entry), transition, entry["at"], entry["actor"], entry)


def as_xes(record: CaseRecord) -> bytes:
    """The log with one trace."""
    log = etree.Element("log", {"xes.version": "2.0", "xes.features": ""})
    for name, prefix, uri in EXTENSIONS:
        etree.SubElement(log, "extension", name=name, prefix=prefix, uri=uri)
    _globals(log)
    etree.SubElement(log, "classifier", name="Activity", keys="concept:name")
    etree.SubElement(log, "classifier", name="Activity and transition", keys="concept:name lifecycle:transition")
    _put(log, "string", "lifecycle:model", "standard")
    _put(log, "string", "concept:name", f"Throughline {record.id}")
    trace = etree.SubElement(log, "trace")
    _put(trace, "string", "concept:name", record.id)
    for name in ("track", "status", "version"):
        _put(trace, "string", name, str(record.case[name]))
    for event in events(record):
        _event(trace, event)
    written: bytes = etree.tostring(log, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _event(trace: etree._Element, event: Event) -> None:
    found = etree.SubElement(trace, "event")
    _put(found, "string", "concept:name", event.activity)
    _put(found, "string", "lifecycle:transition", event.transition)
    _put(found, "date", "time:timestamp", event.at.astimezone(UTC).isoformat(timespec="milliseconds"))
    _put(found, "string", "org:resource", event.resource)
    _put(found, "int", "seq", str(event.entry["seq"]))
    for name in ("kind", "task_id", "element_id", "version"):
        if event.entry[name]:
            _put(found, "string", name, event.entry[name])


def _activity(record: CaseRecord, entry: Row) -> str:
    """The element's name; for what happens beside the diagram, its type or its kind in words."""
    if entry["element_name"]:
        return _xml(str(entry["element_name"]))
    if entry["kind"].startswith("event."):
        return _xml(str(record.details(entry).get("type") or entry["kind"]))
    words = str(entry["kind"]).replace("_", " ").replace(".", " ")
    return words[:1].upper() + words[1:]


def _globals(log: etree._Element) -> None:
    """What every trace and every event has, with a value for readers that ask for a default."""
    _put(etree.SubElement(log, "global", scope="trace"), "string", "concept:name", "UNKNOWN")
    event = etree.SubElement(log, "global", scope="event")
    _put(event, "string", "concept:name", "UNKNOWN")
    _put(event, "string", "lifecycle:transition", "complete")
    _put(event, "date", "time:timestamp", "1970-01-01T00:00:00.000+00:00")
    _put(event, "string", "org:resource", "UNKNOWN")


def _put(parent: etree._Element, kind: Kind, key: str, value: str) -> None:
    etree.SubElement(parent, kind, key=key, value=_xml(value))


def _xml(text: str) -> str:
    """A text without the control characters that no XML document can hold."""
    return "".join(each for each in text if each >= " " or each in "\t\n\r").replace("\ufffe", "").replace("\uffff", "")
