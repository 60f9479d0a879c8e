"""One entry of a record opened to its inputs: the rule that matched, the form as answered, what an event brought."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from care.calendars import local_date
from care.instruments import Instrument
from engine.definitions import Definition
from engine.library import Library
from engine.store.outbox import outgoing_of_case
from engine.store.tasks import task
from worklists.trace import Trace
from worklists.trace_answers import Answer, AnsweredForm, answered_form
from worklists.trace_lines import Line, line
from worklists.trace_rules import Ruling, ruling
from worklists.trace_values import day_in_words, in_words

_PAYLOAD_WORDS = {
    "facility": "Where",
    "reason": "Reason",
    "complexity": "Complexity",
    "procedure": "Procedure",
    "planned_on": "Planned on",
    "to": "To whom",
    "track": "Track",
    "source": "Came from",
    "mode": "How it was answered",
}
_READ_ELSEWHERE = frozenset({"type", "on", "at", "code", "value", "unit", "components", "instrument", "answers"})


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry with all that is known of it; ``pairs`` are names with what they were."""

    entry: Mapping[str, Any]
    line: Line
    by: str
    day: int
    version_number: int
    pairs: tuple[tuple[str, str], ...]
    ruling: Ruling | None = None
    form: AnsweredForm | None = None
    learnt: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    answers: tuple[Answer, ...] = ()
    update: int | None = None  # the number of the update to the PCP that it tells of
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What opening an entry looks into."""

    trace: Trace
    library: Library
    zone: ZoneInfo

    def definition(self, entry: Mapping[str, Any]) -> Definition:
        return self.library.definition(self.trace.connection, entry["version"])

    def instruments(self, entry: Mapping[str, Any]) -> Mapping[str, Instrument]:
        """The questionnaires of the versions in which the case stood when the entry was over, its track's first."""
        standings = self.trace.positions(self.trace.moment(entry["seq"]))
        digests = dict.fromkeys([standing.version for standing in reversed(standings)])
        found: dict[str, Instrument] = {}
        for digest in digests:
            found |= self.library.definition(self.trace.connection, digest).instruments
        return found


def opened(source: Source, entry: Mapping[str, Any]) -> Opened:
    """An entry, opened."""
    trace, detail = source.trace, json.loads(entry["detail"])
    parts = _OPENERS.get(entry["kind"], _plainly)(source, entry, detail)
    version = trace.diagrams(entry["version"] or trace.case["version"])
    return Opened(
        entry=entry,
        line=line(entry, trace.book(), trace.diagrams),
        by=trace.names()(entry["actor"]),
        day=(local_date(entry["at"], source.zone) - trace.case["aligned_on"]).days,
        version_number=version.number,
        raw=json.dumps(detail, indent=2, ensure_ascii=False, sort_keys=True),
        **{"pairs": (), **parts},
    )


def _plainly(source: Source, entry: Mapping[str, Any], detail: Mapping[str, Any]) -> dict[str, Any]:
    pairs = [(name.replace("_", " ").capitalize(), in_words(value)) for name, value in detail.items()]
    return {"pairs": tuple((name, said) for name, said in pairs if said not in ("unknown", "none"))}


def _rule(source: Source, entry: Mapping[str, Any], detail: Mapping[str, Any]) -> dict[str, Any]:
    definition = source.definition(entry)
    return {"ruling": ruling(definition, detail)} if detail["decision"] in definition.decisions else {}


def _completed(source: Source, entry: Mapping[str, Any], detail: Mapping[str, Any]) -> dict[str, Any]:
    asked, facts = task(source.trace.connection, entry["task_id"]), detail.get("facts", {})
    pairs = [("Asked because", asked["why"]), ("Due", day_in_words(asked["due_on"]))]
    if detail.get("occurred_on"):
        pairs.append(("Truly done on", in_words(detail["occurred_on"])))
    if detail.get("late_reason"):
        pairs.append(("Why it was recorded later", detail["late_reason"]))
    return {
        "pairs": tuple(pairs),
        "form": answered_form(source.definition(entry), asked["form"], detail["data"], source.library.measures()),
        "learnt": tuple(source.trace.book().values.of_facts(facts)),
        "facts": tuple((name, in_words(value)) for name, value in facts.items()),
    }


def _created(source: Source, entry: Mapping[str, Any], detail: Mapping[str, Any]) -> dict[str, Any]:
    asked = task(source.trace.connection, entry["task_id"])
    is_kept = "form" in detail
    then: Mapping[str, Any] = detail if is_kept else dict(asked)
    form = source.definition(entry).forms.get(then["form"])
    pairs = [("Why", detail["why"]), ("Due", in_words(detail["due_on"]))]
    if closes_on := then.get("closes_on"):
        pairs.append(("Its window closes on", in_words(closes_on)))
    pairs.append(("Form", then["form"] if form is None else form.title))
    if not is_kept:
        pairs.append(("Its form and window", "as the task has them now: this entry was written without them"))
    pairs.append(("What became of it", _became(asked["status"])))
    return {"pairs": tuple(pairs)}


def _became(status: str) -> str:
    return {"done": "done", "open": "still open"}.get(status, "not needed any more")


def _event(source: Source, entry: Mapping[str, Any], detail: Mapping[str, Any]) -> dict[str, Any]:
    happened = detail.get("at")
    pairs = [("Happened", _instant(happened, source.zone) if happened else in_words(detail["on"]))]
    if detail.get("code") or detail.get("components"):
        pairs += [("Measured", each) for each in source.trace.book().values.of_payload(detail)]
    rest = [(name, value) for name, value in detail.items() if name not in _READ_ELSEWHERE and value is not None]
    pairs += [(_PAYLOAD_WORDS.get(name, name.replace("_", " ").capitalize()), in_words(value)) for name, value in rest]
    if entry["kind"] == "event.unmatched":
        pairs.append(("Taken by", "nothing: no step of the pathway waited for it"))
    return {"pairs": tuple(pairs), "answers": _items(source, entry, detail)}


def _items(source: Source, entry: Mapping[str, Any], detail: Mapping[str, Any]) -> tuple[Answer, ...]:
    """The answers of a questionnaire that was sent, item by item."""
    instrument = source.instruments(entry).get(detail.get("instrument", ""))
    if instrument is None:
        return ()
    given = detail.get("answers", [])
    return tuple(Answer(item.label, _choice(item, value)) for item, value in zip(instrument.items, given, strict=False))


def _choice(item: Any, value: Any) -> str:
    found = [option.label for option in item.options or () if option.value == value]
    return found[0] if found else "not answered" if value is None else in_words(value)


def _fired(source: Source, entry: Mapping[str, Any], detail: Mapping[str, Any]) -> dict[str, Any]:
    ran = f"{_instant(entry['at'].isoformat(), source.zone)}"
    return {"pairs": (("Due", _instant(detail["due"], source.zone)), ("Run", ran))}


def _moved(source: Source, entry: Mapping[str, Any], detail: Mapping[str, Any]) -> dict[str, Any]:
    known = source.trace.diagrams(entry["version"])
    went = [
        (known.name(process, element), ", ".join(known.name(None, each) for each in successors) or "rests or ends here")
        for process, element, successors in detail["passed"]
    ]
    stands = ", ".join(known.name(process, element) for process, element in detail["at"]) or "nowhere: it has ended"
    pairs = [("As of", _instant(detail["as_of"], source.zone))]
    pairs += [(element, f"→ {then}") for element, then in went]
    return {"pairs": (*pairs, ("Stands now at", stands))}


def _migrated(source: Source, entry: Mapping[str, Any], detail: Mapping[str, Any]) -> dict[str, Any]:
    before, after = (source.trace.diagrams(detail[name]) for name in ("from", "to"))
    pairs = [("From", f"version {before.number} of {before.title}"), ("To", f"version {after.number} of {after.title}")]
    if detail.get("note"):
        pairs.append(("Note", detail["note"]))
    tokens = detail.get("tokens", [])
    went = [(process, was, now) for process, was, now in tokens if was != now]
    pairs += [("Token went from", f"{before.name(p, was)} to {after.name(None, now)}") for p, was, now in went]
    if stayed := len(tokens) - len(went):
        pairs.append(("Stayed", f"{stayed} token{'' if stayed == 1 else 's'} at the same step of the new version"))
    pairs += [
        (
            "Timer set anew",
            f"{after.name(None, each['element'])}: {in_words(each['before'])} → {in_words(each['after'])}",
        )
        for each in detail.get("timers", [])
    ]
    pairs += [("No longer armed", before.name(process, element)) for process, element in detail.get("disarmed", [])]
    pairs += [("Task changed", _changed(each)) for each in detail.get("tasks", [])]
    if detail.get("batch") is not None:
        pairs.append(("In batch", str(detail["batch"])))
    return {"pairs": tuple(pairs)}


def _changed(detail: Mapping[str, Any]) -> str:
    """ "p1-msk-1-t3: due on Tue 13 Jan 2026 → Wed 14 Jan 2026"."""
    parts = [
        f"{name.replace('_', ' ')} {in_words(pair[0])} → {in_words(pair[1])}"
        for name, pair in detail.items()
        if name != "task"
    ]
    return f"{detail['task']}: {'; '.join(parts)}"


def _update(source: Source, entry: Mapping[str, Any], detail: Mapping[str, Any]) -> dict[str, Any]:
    """The update that an entry tells of: by its number, or by the instant at which it was put into the outbox."""
    sent = outgoing_of_case(source.trace.connection, source.trace.case["id"], "care_update.send")
    number = detail.get("outgoing")
    found = [row["id"] for row in sent if row["id"] == number or (number is None and row["created_at"] == entry["at"])]
    shown = {name: value for name, value in detail.items() if name not in ("outgoing", "sha256")}
    return {**_plainly(source, entry, shown), "update": found[0] if found else None}


def _instant(text: str, zone: ZoneInfo) -> str:
    instant = datetime.fromisoformat(text).astimezone(zone)
    return f"{day_in_words(date(instant.year, instant.month, instant.day))}, {instant:%H:%M}"


_OPENERS: Mapping[str, Callable[[Source, Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]] = {
    "rule.matched": _rule,
    "task.completed": _completed,
    "task.created": _created,
    "event.received": _event,
    "event.unmatched": _event,
    "timer.fired": _fired,
    "process.moved": _moved,
    "process.migrated": _migrated,
    "care_update.composed": _update,
    "care_update.delivered": _update,
    "care_update.failed": _update,
}
