"""When the answers of two FEEL engines are the same, and how an answer is written down."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

from cli.feel_values import from_json
from engine.feel import FeelError, Value, to_text
from tests.engine.feel.cases.case_file import REFUSED, evaluated

NEAR: Final = Decimal("1e-9")


def value_of(document: Any) -> Value:
    """The value of typed JSON, ranges included; ValueError for what FEEL has no value for, such as NaN."""
    if isinstance(document, list):
        return [value_of(item) for item in document]
    if not isinstance(document, dict):
        return from_json(document)
    ((kind, held),) = document.items()
    if kind == "context":
        return {name: value_of(member) for name, member in held.items()}
    if kind == "range":
        return evaluated(held)
    if kind == "function":
        raise ValueError("a function has no literal")
    return from_json(document)


def answer_text(answer: dict[str, Any]) -> str:
    """An answer of `feelin.mjs` as a FEEL literal; "refused" for an error, JSON for what no literal says."""
    if "error" in answer:
        return REFUSED
    try:
        return to_text(value_of(answer["value"]))
    except (ValueError, FeelError):
        return json.dumps(answer["value"])


def same(ours: str, theirs: str) -> bool:
    """Whether two answers, written as FEEL literals, are one: no value is no value, near numbers are equal."""
    if ours == theirs or {ours, theirs} <= {"null", REFUSED}:
        return True
    try:
        return _like(evaluated(ours), evaluated(theirs))
    except FeelError:
        return False


def _like(first: Value, second: Value) -> bool:
    if isinstance(first, Decimal) and isinstance(second, Decimal):
        # Relative to what is compared, so that doubles and decimals agree on large numbers as well.
        return abs(first - second) <= NEAR * max(1, abs(first), abs(second))
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_like, first, second))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_like(first[name], second[name]) for name in first)
    return to_text(first) == to_text(second)
