"""Sentences with holes: `Pain has been {nrs.score} since {nrs.on}`, each hole an expression."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.feel.errors import FeelLimitError, FeelSyntaxError
from engine.feel.expression import NO_FUNCTIONS, Expression, Functions, compile_expression
from engine.feel.limits import DEFAULT_LIMITS, Budget, Limits
from engine.feel.text import to_words
from engine.feel.values import Value

_SPECIAL: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled sentence; `names` are the names its holes read, `called` the functions they call.

    `places` say where in the source each part starts, a hole behind its brace.
    """

    source: str
    parts: tuple[str | Expression, ...]
    places: tuple[int, ...]
    limits: Limits

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(part.names for part in self.parts if isinstance(part, Expression)))

    @property
    def called(self) -> frozenset[str]:
        return frozenset().union(*(part.called for part in self.parts if isinstance(part, Expression)))

    def render(self, scope: Mapping[str, Value]) -> str:
        """The sentence for these names: numbers in plain digits, dates as Fri 9 Jan 2026, null as unknown."""
        budget = Budget(self.limits)
        words = [
            part if isinstance(part, str) else to_words(part.evaluate_within(budget, scope)) for part in self.parts
        ]
        if sum(map(len, words)) > self.limits.string:
            raise FeelLimitError("string length", self.limits.string, "say less in one sentence")
        return "".join(words)


def template(source: str, *, functions: Functions = NO_FUNCTIONS, limits: Limits = DEFAULT_LIMITS) -> Template:
    """The compiled form of a sentence with `{expression}` holes; `{{` and `}}` are literal braces.

    FeelSyntaxError, FeelUnknownFunction or FeelLimitError when a hole has no expression; positions count from
    the start of the sentence.
    """
    if len(source) > limits.source:
        raise FeelLimitError("source length", limits.source, "say less in one sentence")
    parts: list[str | Expression] = []
    places: list[int] = []
    position = 0
    while position < len(source):
        start = position
        while position < len(source) and source[position] not in "{}":
            position += 1
        if position > start:
            parts.append(source[start:position])
            places.append(start)
        if position == len(source):
            break
        if source[position : position + 2] in ("{{", "}}"):
            parts.append(source[position])
            places.append(position)
            position += 2
            continue
        end = _end_of_hole(source, position)
        parts.append(_hole(source[position + 1 : end], position + 1, functions, limits))
        places.append(position + 1)
        position = end + 1
    return Template(source, tuple(parts), tuple(places), limits)


def _hole(source: str, offset: int, functions: Functions, limits: Limits) -> Expression:
    try:
        return compile_expression(source, functions=functions, limits=limits)
    except FeelSyntaxError as error:
        raise FeelSyntaxError(offset + error.position, error.reason, error.hint) from None


def _end_of_hole(source: str, start: int) -> int:
    depth = 0
    for match in _SPECIAL.finditer(source, start):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if depth <= 0:
                break
    else:
        raise FeelSyntaxError(start, "the hole has no closing brace", "end it with }, or write {{ for a brace")
    if match.start() == start:
        raise FeelSyntaxError(start, "a closing brace without a hole", "write }} for a brace")
    return match.start()
