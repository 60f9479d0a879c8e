"""What the pages of "Try it" show: the patient's form before a walk, and where the walk stands after each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import InvalidInput
from engine.measures import MEASURES
from engine.safe_xml import UnsafeXml, parse_xml
from engine.scenarios.policies import SENTENCES
from engine.scenarios.stage import ZONE
from engine.studio.paths import kind_of_path
from engine.tryout import CannotBegin, Fault, OpenTask, Passes, Start, usual_start
from engine.tryout.reaching import tracks_through
from engine.tryout.writing import line_text
from webui.form_fields import PREFIX, Section, drawn
from webui.pages.report_event import CHOICES, COMPLEXITIES
from webui.tryouts import Standing, theatre
from webui.words import day

POLICY_WORDS = {
    "nothing is done": "nobody does anything",
    "everything is done": "everything is done, with the usual answers",
    "the patient answers nothing": "the patient answers nothing; the rest is done",
}
assert set(POLICY_WORDS) == set(SENTENCES)
_SPANS = (
    ("next", "Until the next thing that is due"),
    ("day", "1 day"),
    ("week", "1 week"),
    ("month", "1 month"),
    ("date", "Until a day"),
)
_SHOWN_STEPS = 8  # the last of a walk; the others are behind a line


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that is shown again: which one, what stands in it, what is wrong by field."""

    act: str = ""
    values: Mapping[str, list[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def first(self, name: str, otherwise: str = "") -> str:
        values = self.values.get(name)
        return values[0] if values else otherwise

    def of(self, act: str) -> Sent:
        """The same for the form that it is about, nothing for another."""
        return self if self.act == act else Sent()


@dataclass(frozen=True, slots=True)
class TaskForm:
    """The task whose form is open, its sections filled as they were sent."""

    task: OpenTask
    sections: tuple[Section, ...]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What is wrong in words, with the control that it is about."""
        fields = [each for section in self.sections for each in section.fields]
        return [(each.error_in_full or "", each.first_id) for each in fields if each.error]


def begin_page(
    here: Standing, sent: Sent | None = None, fault: Fault | None = None, *, status: int = 200
) -> ResponseReturnValue:
    """The form of the patient, filled as it was sent, as the walk has it, or with the usual one of the track."""
    try:
        with theatre().stage(here.sources) as place:
            through, others = tracks_through(here.sources, here.draft.main)
            asked = request.args.get("track", "")
            track = asked if asked in (*through, *others) else (*through, *others, "msk")[0]
            start = usual_start(track, place.names)
    except CannotBegin as error:
        words = _shown(here, error.fault)
        return render_template("pages/studio_try.html", draft=here.draft, unread=words, sent=Sent()), status
    if here.tryout is not None and not asked:
        start = here.tryout.start
    page = render_template(
        "pages/studio_try.html",
        draft=here.draft,
        sent=sent or Sent("begin", _values(start)),
        tracks=[*through, *others],
        through=through,
        fault=_shown(here, fault or here.cannot),
        walking=here.steps,
    )
    return page, status


def walk_page(
    here: Standing, sent: Sent | None = None, fault: Fault | None = None, *, status: int = 200
) -> ResponseReturnValue:
    """Where the walk stands; ``fault`` is why the step that was asked for cannot be taken."""
    played, sent = here.played, sent or Sent()
    assert played is not None
    shown = fault or played.fault
    failed = (shown.file or "", shown.element or "") if shown is not None and shown.element else ("", "")
    passes = [step for step in played.tryout.steps if isinstance(step, Passes)]
    page = render_template(
        "pages/studio_try_walk.html",
        draft=here.draft,
        here=here,
        played=played,
        sent=sent,
        form=_task_form(here, sent),
        fault=_shown(here, shown),
        where={"file": failed[0], "fault": failed[1]} if failed[1] else {},
        diagrams=[(each["name"], bool(each["active"])) for each in diagrams_of(here, *failed)],
        value_words=_value_words,
        wall=_wall,
        spans=_SPANS,
        policies=POLICY_WORDS,
        meanwhile=passes[-1].meanwhile if passes else "nothing is done",
        events=CHOICES,
        complexities=COMPLEXITIES,
        measures=sorted(MEASURES.values()),
        instruments=played.instruments,
        recent=_SHOWN_STEPS,
    )
    return page, status


def diagrams_of(here: Standing, file: str, element: str) -> list[dict[str, Any]]:
    """The walk's diagrams as the viewer takes them; that of ``file``, where ``element`` has failed, comes first."""
    shown = [] if here.played is None else here.played.pictures
    found = [
        {"file": each.file, "name": each.name, "xml": each.xml, "active": each.active, "walked": each.walked}
        for each in shown
    ]
    if file.endswith(".bpmn") and file in here.sources and all(each["file"] != file for each in found):
        found.append({"file": file, "name": file, "xml": here.sources[file], "active": (), "walked": ()})
    found.sort(key=lambda each: each["file"] != file)
    return [each | {"failed": [element] if each["file"] == file else []} for each in found]


@dataclass(frozen=True, slots=True)
class ShownFault:
    """A fault as a page says it: the words, the element's name, and where to change it."""

    words: str
    element: str | None
    file: str | None
    address: str | None


def _shown(here: Standing, fault: Fault | None) -> ShownFault | None:
    if fault is None:
        return None
    known = fault.file is not None and fault.file in here.sources
    name = _name_of(here.sources[str(fault.file)], fault.element) if known else fault.element
    address = _address(here, str(fault.file)) if known else None
    words = fault.words[:1].upper() + fault.words[1:].rstrip(".") + "."
    return ShownFault(words, name, fault.file, address)


def _address(here: Standing, file: str) -> str | None:
    """Where a file is changed, when it is one that a draft may change."""
    try:
        kind_of_path(file)
    except InvalidInput:
        return None
    return url_for("pages.studio_draft", draft_id=here.draft.id, file=file)


def _name_of(text: str, element: str | None) -> str | None:
    """What an element of a diagram is called, or the nearest around it that has a name; its id where none has."""
    try:
        root = parse_xml(text.encode(), "a draft")
    except UnsafeXml:
        return element
    found = next((each for each in root.iter() if isinstance(each.tag, str) and each.get("id") == element), None)
    while found is not None and not found.get("name"):
        found = found.getparent()
    return element if found is None or element is None else " ".join(str(found.get("name")).split())


def _task_form(here: Standing, sent: Sent) -> TaskForm | None:
    assert here.played is not None
    element = sent.first("task") if sent.act in ("answer", "attempt") else request.args.get("task", "")
    case = sent.first("case") if sent.act in ("answer", "attempt") else request.args.get("case", "")
    task = here.played.task_of(element, case or None)
    if task is None:
        return None
    filled = sent.of("answer")
    values = {name.removeprefix(PREFIX): each for name, each in filled.values.items() if name.startswith(PREFIX)}
    return TaskForm(task, drawn(task.schema, values, filled.errors))


def _values(start: Start) -> dict[str, list[str]]:
    """The patient as the form's fields have it."""
    patient = start.given.get("patient", {})
    answers = "\n".join(f"{name}: {line_text(value)}" for name, value in start.answers.items())
    return {
        "track": [start.track],
        "name": [str(patient.get("name", ""))],
        "age": [str(patient.get("age", ""))],
        "conditions": [", ".join(patient.get("conditions", ()))],
        "begins": [str(start.given.get("begins", ""))],
        "aligned": [str(start.given.get("aligned", ""))],
        "answers": [answers],
    }


def _value_words(value: Any) -> str:
    """A fact's value as one says it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return _wall(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(_value_words, value)) or "none"
    return "not known" if value is None else str(value)


def _wall(at: datetime) -> str:
    """ "Mon 3 Aug, 09:00", as in the walk: days are those of New York."""
    local = at.astimezone(ZONE)
    return f"{day(local.date())}, {local:%H:%M}"
