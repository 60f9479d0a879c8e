"""How `throughline feel --explain` shows an expression: each part of it with its value, indented as it is nested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import click

from cli.answers import Answer
from cli.feel_values import to_json
from engine.feel import Step, Value, Warned, explain, long_names, to_text
from engine.functions import FUNCTIONS

_WIDEST: Final = 72


def explained_answer(expression: str, scope: dict[str, Value]) -> Answer:
    """The value of an expression and of each of its parts."""
    found = explain(expression, scope, functions=FUNCTIONS, names=frozenset(long_names(scope)))
    data = {
        "value": to_json(found.value),
        "warnings": [warning_json(each, expression) for each in found.warnings],
        "steps": [_step_json(step, expression) for step in found.steps],
    }
    notes = [f"{_source(each.start, each.end, expression)}: {each.reason}" for each in found.warnings]
    lines = [*_lines(found.steps, expression), *(f"! {note}" for note in notes)]
    return Answer(data, "\n".join(lines) or to_text(found.value))


def show_warnings(warnings: Iterable[Warned]) -> None:
    """The warnings on stderr, beside the answer."""
    for each in warnings:
        click.echo(f"warning: {each.reason} (character {each.start + 1})", err=True)


def warning_json(warning: Warned, expression: str) -> dict[str, Any]:
    """A warning for programs: the reason, the place and the text of the part."""
    part = expression[warning.start : warning.end]
    return {"reason": warning.reason, "start": warning.start, "end": warning.end, "part": part}


def _step_json(step: Step, expression: str) -> dict[str, Any]:
    return {
        "part": expression[step.start : step.end],
        "start": step.start,
        "end": step.end,
        "value": to_json(step.value),
        "parts": [_step_json(part, expression) for part in step.parts],
    }


def _lines(steps: Sequence[Step], expression: str) -> list[str]:
    rows = list(_rows(steps, expression, 0))
    width = min(_WIDEST, max((len(part) for part, _ in rows), default=0))
    return [f"{part.ljust(width)}  → {value}" for part, value in rows]


def _rows(steps: Sequence[Step], expression: str, depth: int) -> Iterator[tuple[str, str]]:
    for step in steps:
        yield "  " * depth + _source(step.start, step.end, expression), to_text(step.value)
        yield from _rows(step.parts, expression, depth + 1)


def _source(start: int, end: int, expression: str) -> str:
    text = " ".join(expression[start:end].split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
