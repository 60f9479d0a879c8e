"""Where a case stood at a moment, as a page shows it: one sentence, and each diagram with what to mark on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from care.calendars import local_date
from worklists.trace import Trace
from worklists.trace_diagrams import HOLDERS, Diagram, Element
from worklists.trace_moments import Moment
from worklists.trace_positions import Standing
from worklists.trace_values import day_in_words
from worklists.year_line import EVENT_WORDS

_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class DrawnDiagram:
    """A diagram of a process at a moment. ``walked`` counts tokens by element, ``flows`` by (from, to)."""

    key: str
    name: str
    digest: str
    process: str
    version_number: int
    is_running: bool
    active: tuple[str, ...]
    walked: Mapping[str, int]
    flows: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Where:
    """Where a case stood. ``notes`` are what a reader has to know besides: moves to other versions, gaps."""

    moment: Moment
    day: int
    sentence: str
    status: str
    notes: tuple[str, ...]
    diagrams: tuple[DrawnDiagram, ...]

    @property
    def first(self) -> DrawnDiagram | None:
        return self.diagrams[0] if self.diagrams else None


def where(trace: Trace, moment: Moment, zone: ZoneInfo) -> Where:
    """Where the case stood when a moment was over."""
    standings = trace.positions(moment)
    on = local_date(moment.at, zone)
    return Where(
        moment=moment,
        day=(on - trace.case["aligned_on"]).days,
        sentence=_sentence(trace, moment, standings),
        status=trace.status(moment),
        notes=tuple(_notes(trace, standings, zone)),
        diagrams=tuple(each for standing in standings for each in _drawn(trace, standing)),
    )


# -- in words ---------------------------------------------------------------------------------------------------------
def _sentence(trace: Trace, moment: Moment, standings: Sequence[Standing]) -> str:
    """ "To do: Week 12 measures. Waits at: Day 365."; what holds a step is left out."""
    steps = [element for standing in standings for element in _active(trace, standing) if element.kind not in HOLDERS]
    to_do = _named(each.name for each in steps if each.kind == "userTask")
    waits = _named(each.name for each in steps if each.kind != "userTask")
    said = {"paused": "The case is paused.", "concluded": "The case is concluded.", "closed": "The case is closed."}
    words = [said[status]] if (status := trace.status(moment)) in said else []
    if to_do:
        words.append(f"To do: {to_do}.")
    if waits:
        words.append(f"Waits at: {waits}.")
    return " ".join(words) or "Nothing waits."


def _active(trace: Trace, standing: Standing) -> Iterator[Element]:
    known = trace.diagrams(standing.version)
    for process, element in standing.active:
        diagram = known.holding(process, element)
        yield Element(element, "", process or "") if diagram is None else diagram.elements[element]


def _named(names: Iterator[str]) -> str:
    counted = Counter(names)
    said = [name if count == 1 else f"{name} (×{count})" for name, count in counted.items()]
    more = len(said) - _MOST_NAMED
    return ", ".join(said[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _notes(trace: Trace, standings: Sequence[Standing], zone: ZoneInfo) -> Iterator[str]:
    for standing in standings:
        for each in standing.migrations:
            before, after = trace.diagrams(each.before).number, trace.diagrams(each.after).number
            on = day_in_words(local_date(trace.moment(each.seq).at, zone))
            yield f"{standing.title} was moved from version {before} to version {after} on {on}."
    derived = list(dict.fromkeys(each.title for each in standings if each.is_derived and each.is_running))
    if derived:
        yield (
            f"{', '.join(derived)}: the record of that time does not say where tokens went; what is marked follows "
            "from tasks, timers and decisions, and counts are those of them."
        )


# -- to draw ----------------------------------------------------------------------------------------------------------
def _drawn(trace: Trace, standing: Standing) -> Iterator[DrawnDiagram]:
    """The process's own diagram, then the called ones in which it stands, then those that it went through."""
    known = trace.diagrams(standing.version)
    active, walked, flows = _by_diagram(known.holding, standing)
    touched = [each for each in known.diagrams if each.process in active.keys() | walked.keys()]
    own = known.diagrams[0]
    others = sorted((each for each in touched if each is not own), key=lambda each: each.process not in active)
    name = named_by_event(standing.title, standing.event)
    for diagram in (own, *others):
        yield DrawnDiagram(
            key=f"{standing.process_id}.{diagram.process}",
            name=name if diagram is own else f"{name}: {diagram.name}" if standing.event else diagram.name,
            digest=standing.version,
            process=diagram.process,
            version_number=known.number,
            is_running=standing.is_running and (diagram is own or diagram.process in active),
            active=tuple(active.get(diagram.process, ())),
            walked=walked.get(diagram.process, {}),
            flows=flows.get(diagram.process, {}),
        )


def _by_diagram(holding: Any, standing: Standing) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What to mark, by the diagram that it stands on; elements that the version does not have are left out."""
    active: dict[str, dict[str, None]] = {}
    walked: dict[str, Counter[str]] = {}
    flows: dict[str, Counter[tuple[str, str]]] = {}
    found: Diagram | None
    for process, element in standing.active:
        if (found := holding(process, element)) is not None:
            active.setdefault(found.process, {})[element] = None
    for (process, element), count in standing.walked.items():
        if (found := holding(process, element)) is not None:
            walked.setdefault(found.process, Counter())[element] += count
    for (process, source, target), count in standing.flows.items():
        if (found := holding(process, source)) is not None:
            flows.setdefault(found.process, Counter())[source, target] += count
    return active, walked, flows


def named_by_event(title: str, event: Mapping[str, Any] | None) -> str:
    """ "Transition of care, discharged 9 Jan", "Social need, food": two of a kind are told apart by what began them."""
    if event is None:
        return title
    if event["type"] in EVENT_WORDS:
        on = date.fromisoformat(event["on"])
        return f"{title}, {EVENT_WORDS[event['type']]} {on.day} {on:%b}"
    return f"{title}, {event['reason']}" if event["type"] == "need.identified" else title
