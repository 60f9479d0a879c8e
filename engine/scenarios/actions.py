"""What may happen in a scenario: one reader for each verb of `when`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from care.errors import did_you_mean
from engine.bpmn.extension import TRACKS
from engine.errors import InvalidInput
from engine.events import checked
from engine.handlers.log_attempt import ANSWERED, CHANNELS, UNANSWERED
from engine.measures import MEASURES
from engine.scenarios.clauses import Line, Reader, mapping_at, moment_at, period_at
from engine.scenarios.model import (
    AnswerTask,
    Attempt,
    Clause,
    Close,
    Delivery,
    Event,
    Measured,
    Pause,
    Resume,
    StartTrack,
    Work,
)
from engine.scenarios.policies import SENTENCES as POLICIES
from engine.scenarios.policies import policy
from engine.statuses import FINAL

_CODES: Final = {name: code for code, name in MEASURES.items()}


def _answer(line: Line) -> Clause:
    line.only("with", "done on", "late because")
    element = line.element()
    data = mapping_at(line.entry, "with")
    line.names.check_answers_to(line.entry, "with", element, data)
    done_on = moment_at(line.entry, "done on")
    late_reason = line.entry.optional_text("late because")
    return AnswerTask(**line.where, element=element, data=data, done_on=done_on, late_reason=late_reason)


def _work(line: Line) -> Clause:
    line.only()
    told: object = line.verb if line.value is None else {line.verb: line.value}
    return Work(**line.where, policy=policy(line.entry, "", told, line.names))


def _event(line: Line) -> Clause:
    line.only("with", "happened")
    return _checked_event(line, str(line.value), mapping_at(line.entry, "with"))


def _checked(line: Line, type_: str, payload: Mapping[str, Any]) -> None:
    try:
        checked(type_, payload)
    except InvalidInput as error:
        raise line.entry.fail("", error.message) from error


def _checked_event(line: Line, type_: str, payload: Mapping[str, Any]) -> Clause:
    _checked(line, type_, payload)
    return Event(**line.where, type=type_, payload=payload, happened=moment_at(line.entry, "happened"))


def _measure(line: Line) -> Clause:
    """`measure: {bp.systolic: 152}`: facts by their names; a list has one value a day, the last of them now."""
    line.only("unit", "source", "happened")
    told = {key: line.entry.text(key) for key in ("unit", "source") if key in line.entry.values}
    payloads = [{"components": parts, **told} for parts in _readings(line)]
    for payload in payloads:
        _checked(line, "measure.recorded", payload)
    return Measured(**line.where, payloads=tuple(payloads), happened=moment_at(line.entry, "happened"))


def _readings(line: Line) -> list[list[dict[str, Any]]]:
    """The components of each day's reading."""
    series: dict[str, list[Any]] = {}
    for name, value in line.entry.entry(line.verb).values.items():
        if name not in _CODES:
            raise line.entry.fail(line.verb, f"no measure '{name}'; {did_you_mean(name, _CODES)}")
        series[_CODES[name]] = value if isinstance(value, list) else [value]
    if not all(series.values()) or not series:
        raise line.entry.fail(line.verb, "name at least one measure, each with at least one value")
    if len({len(values) for values in series.values()}) != 1:
        raise line.entry.fail(line.verb, "give as many values of each measure as of the others")
    days = len(next(iter(series.values())))
    return [[{"code": code, "value": values[day]} for code, values in series.items()] for day in range(days)]


def _response(line: Line) -> Clause:
    """`response: phq9` with `answers`, one for all items or a list."""
    line.only("answers", "mode", "happened")
    instrument = line.names.instruments[line.entry.choice(line.verb, tuple(line.names.instruments))]
    answers = line.entry.values.get("answers")
    listed = answers if isinstance(answers, list) else [answers] * len(instrument.items)
    told = {"mode": line.entry.text("mode")} if "mode" in line.entry.values else {}
    return _checked_event(line, "response.received", {"instrument": instrument.id, "answers": listed, **told})


def _attempt(line: Line) -> Clause:
    """`attempt: no_answer` with the task it is made `for`, and `by` which channel."""
    line.only("for", "by")
    outcome = line.entry.choice("attempt", ANSWERED + UNANSWERED)
    element = line.names.element(line.entry, "for", line.entry.values.get("for"))
    return Attempt(**line.where, element=element, outcome=outcome, channel=line.entry.choice("by", CHANNELS, "phone"))


def _delivery(line: Line) -> Clause:
    """`delivery: failed`, `because` of what: how the oldest care update that waits fares."""
    line.only("because")
    failed = line.entry.choice("delivery", ("done", "failed")) == "failed"
    return Delivery(**line.where, error=line.entry.text("because") if failed else None)


def _pause(line: Line) -> Clause:
    line.only()
    return Pause(**line.where, reason=line.entry.text("pause"))


def _resume(line: Line) -> Clause:
    line.only()
    return Resume(**line.where, reason=line.entry.text("resume"))


def _close(line: Line) -> Clause:
    line.only("because")
    return Close(**line.where, status=line.entry.choice("close", FINAL), reason=line.entry.text("because"))


def _start(line: Line) -> Clause:
    """`start: bh`: the patient enters a track; `as` names the case where the track alone does not."""
    line.only("as", "aligned", "period", "follows")
    track = line.entry.choice("start", TRACKS)
    if track not in line.names.tracks:
        raise line.entry.fail("start", f"no diagram is there for track '{track}'")
    name = line.entry.text("as", track)
    if name in line.told.cases:
        raise line.entry.fail("as", f"there is a case '{name}' already; name this one with 'as'")
    follows = line.entry.optional_text("follows")
    if follows is not None and follows not in line.told.cases:
        raise line.entry.fail("follows", f"there is no case '{follows}'; {did_you_mean(follows, line.told.cases)}")
    line.told.cases.add(name)
    aligned, period = moment_at(line.entry, "aligned"), period_at(line.entry)
    return StartTrack(**line.where, track=track, name=name, aligned=aligned, period=period, follows=follows)


ACTIONS: Final[Mapping[str, Reader]] = {
    "answer": _answer,
    "everything but": _work,
    "nothing but": _work,
    "event": _event,
    "measure": _measure,
    "response": _response,
    "attempt": _attempt,
    "delivery": _delivery,
    "pause": _pause,
    "resume": _resume,
    "close": _close,
    "start": _start,
}
SENTENCES: Final[Mapping[str, Reader]] = dict.fromkeys(POLICIES, _work)
