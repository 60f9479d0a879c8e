"""What a demo patient answers: any form's fields, from its JSON Schema and how the patient fares."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from cli.demo.body import BODY, measured
from cli.demo.courses import Course, Story, Trajectory
from cli.demo.texts import TEXTS

_ITEM = re.compile(r"([a-z0-9]+)_(\d+)")
# Questionnaires whose items are higher the better; all other items grow with the trouble.
_HIGHER_IS_BETTER = ("pf6b",)
# How strongly a questionnaire's items follow the severity: disability indices are answered milder than pain.
_WEIGHT = {"odi": 0.75, "ndi": 0.75, "quickdash": 0.9}


@dataclass(frozen=True, slots=True)
class Moment:
    """Who answers and when: ``day`` counts from alignment."""

    course: Course
    track: str
    region: str
    day: int
    today: date


def answers(schema: Mapping[str, Any], form: str, moment: Moment, chance: Random) -> dict[str, Any]:
    """Answers to every field that is asked, in order; the schema's own rules hold for them."""
    given: dict[str, Any] = {}
    for name, field in schema["properties"].items():
        if _is_asked(field, given):
            answer = _answer(name, field, form, moment, chance)
            if answer is not None or name in schema["required"]:
                given[name] = answer
    return given


def _is_asked(field: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    condition = field.get("x-when")
    if condition is None:
        return True
    answer = given.get(condition["field"])
    chosen = answer if isinstance(answer, list) else [answer]
    return any(value in condition["equals"] for value in chosen)


def _answer(name: str, field: Mapping[str, Any], form: str, moment: Moment, chance: Random) -> Any:
    special = _SPECIAL.get((form, name)) or _SPECIAL.get(("", name))
    if special is not None:
        return special(moment, chance)
    if name.removesuffix("_2") in BODY and name not in BODY:
        return None  # the second reading of one sitting, which may be left out
    if name in BODY:
        return measured(name, moment.course, moment.day, chance)
    item = _ITEM.fullmatch(name)
    if item is not None and field["type"] == "integer":
        return _item_answer(item[1], int(item[2]), field, moment, chance)
    return _plain_answer(name, field, moment, chance)


def _plain_answer(name: str, field: Mapping[str, Any], moment: Moment, chance: Random) -> Any:
    choices = _choices(field)
    if choices:
        return choices[0] if chance.random() < 0.8 else chance.choice(choices)
    match field["type"]:
        case "array":
            offered = _choices(field["items"])
            return sorted(chance.sample(offered, k=min(len(offered), chance.randint(1, 2))), key=offered.index)
        case "integer" | "number":
            least, most = field.get("minimum", 0), field.get("maximum", 10)
            return int(chance.triangular(least, min(most, 120), least + (min(most, 120) - least) / 3))
        case "boolean":
            return True
        case "string" if field.get("format") == "date":
            return moment.today.isoformat()
        case _:
            return _text(name, field, chance)


def _text(name: str, field: Mapping[str, Any], chance: Random) -> str | None:
    sentences = TEXTS.get(name)
    if sentences is None:
        return "Discussed and agreed." if field.get("minLength") else None
    if not field.get("minLength") and chance.random() < 0.5:
        return None
    return chance.choice(sentences)


def _choices(field: Mapping[str, Any]) -> list[Any]:
    return list(field.get("enum") or [option["const"] for option in field.get("oneOf", [])])


def _item_answer(instrument: str, number: int, field: Mapping[str, Any], moment: Moment, chance: Random) -> int:
    if instrument == "hrsn":
        return _need(number, moment.course)
    if (instrument, number) == ("phq9", 9):
        return 2 if _is_in_crisis(moment) else 0
    if instrument == "pgic":
        return {Trajectory.IMPROVING: 2, Trajectory.FLAT: 4, Trajectory.WORSE: 5}[moment.course.trajectory]
    offered = _choices(field)
    least = min(offered) if offered else field["minimum"]
    most = max(offered) if offered else field["maximum"]
    severity = moment.course.severity_on(moment.day) * _WEIGHT.get(instrument, 1.0)
    if instrument in _HIGHER_IS_BETTER:
        severity = 1 - severity
    # Items differ in how easily they are endorsed: the same severity answers some of them a step higher.
    step = ((number * 0.618) % 1 - 0.5) * 0.9 + chance.uniform(-0.25, 0.25)
    return int(min(max(round(least + severity * (most - least) + step), least), most))


def _need(number: int, course: Course) -> int:
    """An item of the social needs screen; four of the ten count from 1 (never), the others from 0 (no need)."""
    if course.has_needs and number in (4, 6):  # food, transport
        return 1
    return 1 if number >= 7 else 0


def _is_in_crisis(moment: Moment) -> bool:
    """Whether this is the first time that the patient is asked after the story's crisis has come."""
    return moment.course.story is Story.CRISIS and 0 <= moment.day - moment.course.third < 7


def _red_flag(moment: Moment, _: Random) -> str:
    return "yes" if moment.course.story is Story.RED_FLAG or _is_in_crisis(moment) else "no"


_SPECIAL: dict[tuple[str, str], Callable[[Moment, Random], Any]] = {
    ("intake", "consent"): lambda m, _: "declined" if m.course.story is Story.DECLINES else "given",
    ("", "region"): lambda m, _: m.region,
    ("", "pain_months"): lambda _, chance: int(chance.triangular(4, 180, 24)),
    ("", "red_flag"): _red_flag,
    ("", "active_days"): lambda m, chance: round(7 * m.course.adherence * chance.uniform(0.4, 1)),
    ("", "assistance"): lambda m, chance: ["large_print"] if chance.random() < 0.15 else None,
    ("", "warning_signs"): lambda m, chance: ["pain"] if chance.random() < 0.2 else None,
    ("sdoh_screen", "outcome"): lambda _, __: "asked",
    ("sdoh_screen", "wants_help"): lambda m, _: "yes" if m.course.has_needs else None,
    ("sdoh_follow_up", "need_met"): lambda _, chance: chance.choice(("met", "met", "met", "accepted", "declined")),
    ("", "symptoms"): lambda _, __: None,
    ("care_update", "left_out"): lambda _, __: None,
    ("follow_on", "consent"): lambda _, chance: "given" if chance.random() < 0.8 else "declined",
    ("loss_of_contact", "decision"): lambda _, chance: chance.choice(("keep_trying", "unalign")),
    ("closure", "outcome"): lambda m, _: {
        Trajectory.IMPROVING: "better",
        Trajectory.FLAT: "same",
        Trajectory.WORSE: "worse",
    }[m.course.trajectory],
    ("transition_admission", "expected_discharge"): lambda _, __: None,
}
