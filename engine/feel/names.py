"""Which words of a source are one name: "Applicant Age" where somebody has said that there is such a name.

FEEL lets names hold spaces and operator signs, and leaves it to the names in scope what a text means (DMN 10.3.1.4).
Here the characters inside such a name are replaced, one for one, by joiners that no source may hold outside strings,
before the grammar sees the text; so every position stays what it was, and the grammar needs to know of no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from engine.feel.functions.registry import spaced_names

_JOINERS: Final = dict(zip(" +-*/'.", "\ue000\ue001\ue002\ue003\ue004\ue005\ue006", strict=True))
_SIGNS: Final = {joiner: sign for sign, joiner in _JOINERS.items()}
JOINER_CLASS: Final = "\ue000-\ue006"
_JOINED: Final = re.compile(f"[{JOINER_CLASS}]+")
_SIMPLE: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_LONG: Final = r"[^\W\d]\w*(?:[ \t+\-*/']+\w+)+"
_KEYWORD: Final = (
    r"(?:if|then|else|for|in|return|some|every|satisfies|function|between|and|or|instance|of|true|false|null|not)\b"
)
_SPACED: Final = rf"(?!{_KEYWORD})[^\W\d]\w*(?:[ \t]+(?!{_KEYWORD})\w+)+"
#: What is left alone: strings and comments. Also tells where a source holds a joiner of its own.
SKIPPED: Final = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/', re.DOTALL)
_KEY: Final = re.compile(rf"[{{,(]\s*({_LONG})\s*:")
_QUOTED_KEY: Final = re.compile(rf'[{{,]\s*"({_LONG})"\s*:')
_VARIABLE: Final = re.compile(rf"(?:\bfor|\bsome|\bevery|,)\s+({_SPACED})\s+in\b")
_PARAMETERS: Final = re.compile(r"\bfunction\s*\(([^()]*)\)")


def blanked(source: str) -> str:
    """The source with its strings and comments turned into spaces, each position as it was."""
    return SKIPPED.sub(lambda skipped: " " * len(skipped[0]), source)


def joined(source: str, names: Iterable[str] = ()) -> str:
    """The source with joiners inside the long names that are given or that it binds itself."""
    plain = blanked(source)
    long_names = _long(frozenset(names))
    own = {*_bound(plain), *(match[1] for match in _QUOTED_KEY.finditer(source))}
    pattern = _pattern(long_names | own if own else long_names)
    places = [] if pattern is None else [match.span() for match in pattern.finditer(plain)]
    places += [match.span() for match in _builtins().finditer(plain)]
    if not places:
        return source
    parts = list(source)
    for start, end in places:
        for place in range(start, end):
            parts[place] = _JOINERS.get(" " if plain[place].isspace() else plain[place], plain[place])
    return "".join(parts)


@lru_cache(maxsize=256)
def _long(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in names if not _SIMPLE.fullmatch(name))


@lru_cache(maxsize=1)
def _builtins() -> re.Pattern[str]:
    """Names of built-in functions of several words that are not called: given as values to another function.

    Those with `and` in them are also types, and two conditions that are joined.
    """
    names = sorted((name for name in spaced_names() if " and " not in name), key=len, reverse=True)
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(_words, names))})(?!\w)(?!\s*[(:])")


def spelled(token: str) -> str:
    """The name that a token stands for: "Applicant Age", with one space for any white space, none beside a sign."""
    if not _JOINED.search(token):
        return " ".join(token.split())
    return _JOINED.sub(lambda run: "".join(_SIGNS[c] for c in run[0]).strip() or " ", token)


def long_names(value: object) -> Iterator[str]:
    """The names in a scope, and in the contexts inside it, that are not single words or dotted ones."""
    if isinstance(value, Mapping):
        for name, held in value.items():
            if not _SIMPLE.fullmatch(name):
                yield name
            yield from long_names(held)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from long_names(item)


def _bound(plain: str) -> Iterator[str]:
    yield from (match[1] for match in _KEY.finditer(plain))
    yield from (match[1] for match in _VARIABLE.finditer(plain))
    for match in _PARAMETERS.finditer(plain):
        for parameter in match[1].split(","):
            yield from re.findall(rf"^\s*({_LONG})\s*$", parameter.partition(":")[0])


@lru_cache(maxsize=256)
def _pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    words = [each for each in (_words(name) for name in sorted(names, key=len, reverse=True)) if each]
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)") if words else None


def _words(name: str) -> str:
    """The pattern of one name, its white space and signs as free as the standard leaves them; "" if it is no name."""
    parts = re.findall(r"\w+|[+\-*/'.]|\s+|.", name.strip())
    if not parts or not re.fullmatch(r"[^\W\d]\w*", parts[0]):
        return ""
    if any(not re.fullmatch(r"\w+|[+\-*/'.]|\s+", part) for part in parts):
        return ""
    pieces = (r"\s+" if part.isspace() else rf"\s*{re.escape(part)}\s*" if part in _JOINERS else part for part in parts)
    return "".join(pieces).removesuffix(r"\s*")
