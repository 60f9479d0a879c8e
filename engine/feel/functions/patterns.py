"""Built-in functions that take regular expressions: matches, replace and split."""

from __future__ import annotations

from typing import Any

from engine.feel.functions.registry import builtin
from engine.feel.limits import Budget
from engine.feel.patterns import UnfitPattern, compiled, replacement_parts
from engine.feel.values import Value

_PATTERN_STEPS = 16  # for each character of a pattern, as many steps as for 256 characters of text
_MATCH_STEPS = 8  # each place found costs about as much as eight items of a list


def _pattern(name: str, pattern: str, flags: str | None, budget: Budget) -> Any:
    """The compiled pattern; None with a warning when it is none."""
    budget.charge(len(pattern) * _PATTERN_STEPS)
    try:
        return compiled(pattern, flags or "")
    except UnfitPattern as error:
        budget.warn(f"{name}: the pattern cannot be used: {error}")
        return None


@builtin("matches(input: string, pattern: string, flags?: string) -> boolean")
def matches(budget: Budget, text: str, pattern: str, flags: str | None = None) -> Value:
    found = _pattern("matches", pattern, flags, budget)
    return None if found is None else found.search(text) is not None


@builtin("replace(input: string, pattern: string, replacement: string, flags?: string) -> string")
def replace(budget: Budget, text: str, pattern: str, replacement: str, flags: str | None = None) -> Value:
    found = _pattern("replace", pattern, flags, budget)
    if found is None or _matches_nothing("replace", found, budget):
        return None
    try:
        parts = replacement_parts(replacement, found.groups)
    except UnfitPattern as error:
        budget.warn(f"replace: {error}")
        return None
    made: list[str] = []
    place = 0
    for match in found.finditer(text):
        budget.charge(_MATCH_STEPS)
        made.append(text[place : match.start()])
        made += [part if isinstance(part, str) else _group(match, part) for part in parts]
        place = match.end()
        budget.charge_text(sum(map(len, made[-len(parts) - 1 :])))
    made.append(text[place:])
    return "".join(made)


def _group(match: Any, number: int) -> str:
    return (match.group(number) or "") if number <= match.re.groups else ""


def _matches_nothing(name: str, pattern: Any, budget: Budget) -> bool:
    """Whether the pattern is met by an empty text, which would stand between any two characters (XPath FORX0003)."""
    if pattern.search("") is None:
        return False
    budget.warn(f"{name}: the pattern also matches where there is no text; ask for a character at least")
    return True


@builtin("split(string: string, delimiter: string) -> list of string")
def split(budget: Budget, string: str, delimiter: str) -> Value:
    """Parts between the places where the pattern `delimiter` matches."""
    found = _pattern("split", delimiter, None, budget)
    if found is None or _matches_nothing("split", found, budget):
        return None
    parts: list[Value] = []
    place = 0
    for match in found.finditer(string):
        budget.charge(_MATCH_STEPS)
        parts.append(string[place : match.start()])
        place = match.end()
    budget.charge_items(len(parts) + 1)
    return [*parts, string[place:]]
