"""What the tokens of literals stand for: numbers, escaped strings and @-literals."""

from __future__ import annotations

import re
from typing import Final

from engine.feel.errors import FeelSyntaxError
from engine.feel.temporal import parse_date, parse_date_and_time, parse_duration, parse_time
from engine.feel.values import Value

_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_SURROGATES: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_SIMPLE: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def unescape(token: str, position: int) -> str:
    """The text of a quoted string token; FeelSyntaxError for a code that is no character."""

    def replace(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) > 1:
            return _character(code, position + 1 + match.start())
        if code in "uU":
            where, hint = position + 1 + match.start(), "write \\uXXXX or \\UXXXXXX, or \\\\ for a backslash"
            raise FeelSyntaxError(where, f"\\{code} without its digits", hint)
        return _SIMPLE.get(code, match[0])  # what is no escape is a backslash and a character, as in "\d+"

    text = token[1:-1]
    if "\\" not in text:
        return text
    text = _ESCAPE.sub(replace, text)
    text = _SURROGATES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise FeelSyntaxError(position, "half a surrogate pair in a string", "write the whole character")
    return text


def _character(code: str, position: int) -> str:
    point = int(code[1:], 16)
    if point > 0x10FFFF:
        raise FeelSyntaxError(position, f"\\{code} is no Unicode character", "the last one is \\U10FFFF")
    return chr(point)


def at_literal(text: str, position: int) -> Value:
    """The date, time, date and time or duration in an @-literal; FeelSyntaxError when it is none of them."""
    value: Value = parse_date(text)
    if value is None and "T" in text:
        value = parse_date_and_time(text)
    if value is None:
        value = parse_time(text)
    if value is None:
        value = parse_duration(text)
    if value is None:
        raise FeelSyntaxError(
            position,
            f'@"{text[:40]}" is no date, time or duration',
            'write @"2026-01-31", @"08:30:00" or @"P7D"',
        )
    return value
