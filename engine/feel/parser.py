"""From the text of an expression to its syntax tree; too long or too deep is refused before parsing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

from lark import Lark
from lark.exceptions import UnexpectedInput, UnexpectedToken, VisitError

from engine.feel.errors import FeelError, FeelLimitError, FeelSyntaxError
from engine.feel.functions.registry import spaced_names
from engine.feel.grammar import EXPRESSION, UNARY_TESTS, grammar
from engine.feel.limits import Limits
from engine.feel.names import JOINER_CLASS, SKIPPED, blanked, joined
from engine.feel.nodes import Node, size_and_depth
from engine.feel.tree import TreeBuilder

_BRACKETS: Final = re.compile(r"[\[\](){}]")
_JOINER: Final = re.compile(f"[{JOINER_CLASS}]")
_BUILDER: Final = TreeBuilder()
_HINTS: Final = (
    ("==", "FEEL compares with a single ="),
    ("&&", "write `and`"),
    ("||", "write `or`"),
    ("!", "write `not(...)`, or != to compare"),
    ("'", 'write strings in double quotes: "..."'),
    ("%", "write modulo(a, b)"),
    ("^", "write powers with **"),
    ("≥", "write >="),
    ("≤", "write <="),
    ("≠", "write !="),
    ("“", 'write strings in straight quotes: "..."'),
    ("”", 'write strings in straight quotes: "..."'),
    ("„", 'write strings in straight quotes: "..."'),
    ("=>", "write >="),
    ("=<", "write <="),
    ("<>", "write !="),
    (";", "an expression is one line without ;"),
)


def parse_expression(source: str, limits: Limits, names: Iterable[str] = ()) -> Node:
    """The tree of one expression; FeelSyntaxError or FeelLimitError when there is none.

    Those of the `names` that are longer than a word are read as one name.
    """
    return _parse(source, EXPRESSION, limits, names)


def parse_unary_tests(source: str, limits: Limits, names: Iterable[str] = ()) -> Node:
    """The tree of a decision table cell; FeelSyntaxError or FeelLimitError when there is none."""
    return _parse(source, UNARY_TESTS, limits, names)


@lru_cache(maxsize=1)
def _lark() -> Lark:
    return Lark(
        grammar(spaced_names()),
        parser="lalr",
        lexer="contextual",
        start=[EXPRESSION, UNARY_TESTS],
        propagate_positions=True,
        maybe_placeholders=True,
    )


def _parse(source: str, start: str, limits: Limits, names: Iterable[str]) -> Node:
    if len(source) > limits.source:
        raise FeelLimitError("source length", limits.source, "split the expression into decisions")
    if not source.strip():
        raise FeelSyntaxError(0, "the expression is empty", "write null for no value")
    _check_brackets(source, limits)
    _check_characters(source)
    try:
        tree: Any = _BUILDER.transform(_lark().parse(joined(source, names), start=start))
    except VisitError as error:
        if isinstance(error.orig_exc, FeelError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise _syntax_error(source, error, names) from None
    node: Node = tree
    if size_and_depth(node)[1] > 2 * limits.depth:
        raise FeelLimitError("nesting depth", limits.depth, "name the parts in decisions of their own")
    return node


def _check_characters(source: str) -> None:
    foreign = _JOINER.search(blanked(source))
    if foreign:
        raise FeelSyntaxError(foreign.start(), f"unexpected {foreign[0]!r}", "remove the character")


def _check_brackets(source: str, limits: Limits) -> None:
    depth = 0
    for match in _BRACKETS.finditer(blanked(source)):
        depth += 1 if match[0] in "[({" else -1
        if abs(depth) > limits.depth:
            raise FeelLimitError("nesting depth", limits.depth, "name the parts in decisions of their own")


def _syntax_error(source: str, error: UnexpectedInput, names: Iterable[str]) -> FeelSyntaxError:
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    position = len(source) if at_end or error.pos_in_stream is None else error.pos_in_stream
    if at_end:
        return FeelSyntaxError(position, "the expression ends too early", "a part or a closing bracket is missing")
    if source[position] == '"' and not SKIPPED.match(source, position):
        return FeelSyntaxError(position, "the string has no closing quote", 'end it with "')
    word = re.match(r"\w+|.", source[position:], re.DOTALL)
    return FeelSyntaxError(
        position, f"unexpected {word[0][:40]!r}" if word else "unexpected text", _hint(source, position, names)
    )


def _hint(source: str, position: int, names: Iterable[str]) -> str:
    around = source[max(0, position - 1) : position + 2]
    for sign, hint in _HINTS:
        if sign in around[:2] or around[1:].startswith(sign):
            return hint
    if "/*" in around[:3]:
        return "the comment is not closed: end it with */"
    if re.search(r"external\s*$", source[:position]) or source[position:].startswith("external"):
        return "functions in other languages are not run; write the function in FEEL"
    before = re.search(r"(\w+)\s+$", source[:position])
    after = re.match(r"\w+", source[position:])
    if before and after:
        near = get_close_matches(f"{before[1]} {after[0]}", names, n=1)
        if near:
            return f"did you mean '{near[0]}'?"
        return f"an operator is missing after '{before[1][:40]}', or nobody declares a name with these words"
    return "see the expression reference for what may stand here"
