"""The event types of the outside world, with what their payload may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from care.errors import did_you_mean
from engine.errors import InvalidInput

Check = Callable[[Any], str | None]
_LARGEST = 1e15


@dataclass(frozen=True, slots=True)
class EventType:
    """One event type: its name, a sentence for the record, and its payload's members with their checks."""

    name: str
    sentence: str
    members: Mapping[str, Check]
    required: frozenset[str] = frozenset()


def _text(value: Any) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return "write a text"
    return None if len(value) <= 500 else "write at most 500 characters"


def _short(value: Any) -> str | None:
    return _text(value) or (None if len(value) <= 40 else "write at most 40 characters")


def _number(value: Any) -> str | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return "give a number"
    # JSON has no infinity, but parsers let it through; beyond 1e15 a float is no longer a count of anything
    return None if abs(value) <= _LARGEST else f"give a number between -{_LARGEST:g} and {_LARGEST:g}"


def _one_of(*choices: str) -> Check:
    def check(value: Any) -> str | None:
        return None if value in choices else f"choose one of {', '.join(choices)}"

    return check


def _components(value: Any) -> str | None:
    whole = (
        isinstance(value, list)
        and value
        and all(
            isinstance(each, dict)
            and _short(each.get("code")) is None
            and _number(each.get("value")) is None
            and (each.get("unit") is None or _short(each["unit"]) is None)
            for each in value
        )
    )
    return None if whole else 'give a list of {"code": LOINC, "value": number}'


def _answers(value: Any) -> str | None:
    whole = (
        isinstance(value, list)
        and value
        and all(each is None or (isinstance(each, int) and not isinstance(each, bool)) for each in value)
    )
    return None if whole else "give the list of answers, whole numbers or null, in the instrument's order"


_STAY: dict[str, Check] = {"facility": _text, "reason": _text, "complexity": _one_of("high", "moderate")}
_SURGERY: dict[str, Check] = {"facility": _text, "reason": _text, "procedure": _text, "planned_on": _text}
_REASON: dict[str, Check] = {"reason": _text}
_SWITCH: dict[str, Check] = {"to": _text, "track": _one_of("msk", "ckm", "eckm", "bh"), "reason": _text}

EVENTS: dict[str, EventType] = {
    event.name: event
    for event in (
        EventType(
            "measure.recorded",
            "A measure was recorded",
            {
                "code": _short,
                "value": _number,
                "unit": _short,
                "components": _components,
                "source": _one_of("device", "lab", "patient", "clinician"),
            },
        ),
        EventType(
            "response.received",
            "Answers were received",
            {"instrument": _text, "answers": _answers, "mode": _one_of("web", "phone", "paper", "clinician")},
            frozenset({"instrument", "answers"}),
        ),
        EventType("transition.admitted", "Admitted", _STAY),
        EventType("transition.discharged", "Discharged", _STAY),
        EventType("transition.ed_visit", "Emergency department visit", _STAY),
        EventType("surgery.planned", "Surgery was planned", _SURGERY),
        EventType("surgery.done", "Surgery was done", _SURGERY),
        EventType("patient.withdrew", "The patient withdrew", _REASON),
        EventType("patient.died", "The patient died", _REASON),
        EventType("patient.switched", "The patient switches to another participant", _SWITCH),
        EventType("access.unaligned", "Unaligned by CMS", _REASON),
        EventType("case.paused", "The case was paused", _REASON),
        EventType("case.resumed", "The case was resumed", _REASON),
    )
}

# What the engine itself makes known to the diagrams; nobody outside can send these.
INTERNAL = {
    "access.exclusion_found": "A clinical exclusion is on record",
    "care_update.failed": "An update to the PCP could not be delivered",
    "contact.unanswered": "An attempt to reach the patient was not answered",
    "report.settled": "The end-of-period report is in",
    "need.identified": "A social need was identified",
    "safety.flagged": "A safety signal came in",
    "trend.warned": "A daily series has drifted",
}


def checked(type_: str, payload: Mapping[str, Any]) -> EventType:
    """The event type, its payload checked; raises InvalidInput by field."""
    event = EVENTS.get(type_)
    if event is None:
        raise InvalidInput({"type": f"no event type '{type_}'; {did_you_mean(type_, EVENTS)}"})
    if not isinstance(payload, Mapping):
        raise InvalidInput({"payload": "give the payload as an object, by member"})
    errors = {f"payload.{name}": "is missing" for name in event.required if payload.get(name) is None}
    for name, value in payload.items():
        check = event.members.get(name)
        if check is None:
            errors[f"payload.{name}"] = f"not known for {type_}; {did_you_mean(name, event.members)}"
        elif (problem := check(value)) is not None:
            errors[f"payload.{name}"] = problem
    if (
        type_ == "measure.recorded"
        and not errors
        and "components" not in payload
        and ("code" not in payload or "value" not in payload)
    ):
        errors["payload"] = 'give "code" and "value", or "components"'
    if errors:
        raise InvalidInput(errors)
    return event
