"""Regular expressions as FEEL has them (XQuery and XPath functions 7.6), matched in time linear in the text.

elementpath knows the syntax: categories, blocks, classes with subtraction. RE2 does the matching, without going back,
so that no pattern can run away; what cannot be matched so, a back-reference, is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

_LONGEST: Final = 1_000
_MEMORY: Final = 8 << 20  # bytes of RE2's automaton, beyond which it goes on more slowly
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
# elementpath writes for Python, whose anchors stop before a last line feed and whose classes are Unicode's.
_ANCHORS: Final = (("(?<!\\n\\Z)^", "^"), ("$(?!\\n\\Z)", "$"))
_LETTERS: Final = "nrtpPdDwWsS"  # RE2 knows more than XPath does
_UNICODE: Final = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"[^\p{P}\p{Z}\p{C}]",
    "W": r"[\p{P}\p{Z}\p{C}]",
    "s": r"[ \t\n\r]",
    "S": r"[^ \t\n\r]",
}


class UnfitPattern(ValueError):
    """A pattern or its flags cannot be used; the text says why, for the author of the expression."""


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> Any:
    """The compiled pattern; the flags are of s, m, i and x. UnfitPattern when there is none."""
    # Most expressions have no pattern, and reading the two libraries takes as long as all the rest of FEEL.
    import re2
    from elementpath.regex import RegexError, translate_pattern

    if len(pattern) > _LONGEST:
        raise UnfitPattern(f"a pattern may have {_LONGEST:,} characters")
    if set(flags) - set("smix"):
        raise UnfitPattern(f"the flags are s, m, i and x, not '{flags[:20]}'")
    if "x" in flags:
        pattern = _without_space(pattern)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    options.case_sensitive = "i" not in flags
    multiline = re.MULTILINE if "m" in flags else 0
    try:
        text = translate_pattern(pattern, flags=multiline | (re.DOTALL if "s" in flags else 0))
    except (RegexError, ValueError, OverflowError, RecursionError) as error:
        raise UnfitPattern(str(error).partition(":")[0]) from None
    for python, plain in _ANCHORS:
        text = text.replace(python, plain)
    text = _ESCAPE.sub(_translated, text)
    modes = ("m" if multiline else "") + ("s" if "s" in flags else "")
    try:
        return re2.compile(f"(?{modes}){text}" if modes else text, options=options)
    except re2.error as error:
        raise UnfitPattern(_reason(error)) from None


def _translated(match: re.Match[str]) -> str:
    if match[1] in "123456789":
        raise UnfitPattern("a reference back to a group is not run, because its cost has no bound")
    if match[1].isalnum() and match[1] not in _LETTERS:
        raise UnfitPattern(f"\\{match[1]} means nothing in a pattern")
    return _UNICODE.get(match[1], match[0])


def _reason(error: Exception) -> str:
    text = error.args[0] if error.args else "it is not a pattern"
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


def _without_space(pattern: str) -> str:
    """The pattern without the white space outside its classes, also that behind a backslash."""
    kept: list[str] = []
    depth, escaped = 0, False
    for character in pattern:
        if depth == 0 and character in " \t\r\n":
            continue
        if not escaped:
            depth += (character == "[") - (character == "]" and depth > 0)
        escaped = character == "\\" and not escaped
        kept.append(character)
    return "".join(kept)


def replacement_parts(text: str, groups: int) -> list[str | int]:
    """The parts of a replacement: texts, and the numbers of the groups that stand between; UnfitPattern if it is none.

    `$1` is a group, of as many digits as there are groups for; `\\$` and `\\\\` are the characters themselves.
    """
    parts: list[str | int] = []
    place = 0
    while place < len(text):
        character, following = text[place], text[place + 1 : place + 2]
        if character == "\\":
            if following not in ("\\", "$"):
                raise UnfitPattern("a replacement has \\ only in \\\\ and \\$")
            parts.append(following)
            place += 2
        elif character == "$":
            place, group = _group(text, place + 1, groups)
            parts.append(group)
        else:
            parts.append(character)
            place += 1
    return parts


def _group(text: str, start: int, groups: int) -> tuple[int, int]:
    if not ("0" <= text[start : start + 1] <= "9"):
        raise UnfitPattern("a replacement has $ only before the number of a group; write \\$ for the sign")
    end = start + 1
    while end < len(text) and "0" <= text[end] <= "9" and int(text[start : end + 1]) <= groups:
        end += 1
    return end, int(text[start:end])
