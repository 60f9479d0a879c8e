"""Built-in functions on strings; positions count characters from 1, or from the end when negative."""

from __future__ import annotations

from engine.feel.functions.registry import builtin
from engine.feel.limits import Budget
from engine.feel.values import Value, number


@builtin("substring(string: string, start position: integer, length?: integer) -> string")
def substring(budget: Budget, string: str, start: int, length: int | None = None) -> Value:
    if start == 0 or abs(start) > len(string) or (length is not None and length < 1):
        budget.warn("substring: no characters there")
        return "" if abs(start) > len(string) else None
    first = start - 1 if start > 0 else len(string) + start
    return string[first:] if length is None else string[first : first + length]


@builtin("string length(string: string) -> number")
def string_length(budget: Budget, string: str) -> Value:
    return number(len(string))


@builtin("upper case(string: string) -> string")
def upper_case(budget: Budget, string: str) -> Value:
    return string.upper()


@builtin("lower case(string: string) -> string")
def lower_case(budget: Budget, string: str) -> Value:
    return string.lower()


@builtin("trim(string: string) -> string")
def trim(budget: Budget, string: str) -> Value:
    return string.strip()


@builtin("substring before(string: string, match: string) -> string")
def substring_before(budget: Budget, string: str, match: str) -> Value:
    return string.partition(match)[0] if match and match in string else ""


@builtin("substring after(string: string, match: string) -> string")
def substring_after(budget: Budget, string: str, match: str) -> Value:
    return string.partition(match)[2] if match else string


@builtin("contains(string: string, match: string) -> boolean")
def contains(budget: Budget, string: str, match: str) -> Value:
    return match in string


@builtin("starts with(string: string, match: string) -> boolean")
def starts_with(budget: Budget, string: str, match: str) -> Value:
    return string.startswith(match)


@builtin("ends with(string: string, match: string) -> boolean")
def ends_with(budget: Budget, string: str, match: str) -> Value:
    return string.endswith(match)


@builtin("string join(list: list, delimiter?: string) -> string")
def string_join(budget: Budget, values: list[Value], delimiter: str | None = None) -> Value:
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) != sum(value is not None for value in values):
        budget.warn("string join: an item is not a string")
        return None
    glue = delimiter or ""
    budget.charge_text(sum(map(len, texts)) + len(glue) * max(0, len(texts) - 1))
    return glue.join(texts)
