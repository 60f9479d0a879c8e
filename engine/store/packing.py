"""Short texts kept small: compressed with a list of phrases that both sides know, as most records say the same things.

What is packed begins with one byte, the number of the list: a list that was ever used is never changed, for records
that were packed with it would not be readable any more. A better one gets the next number.
"""

from __future__ import annotations

import json
import zlib
from functools import cache
from hashlib import sha256
from importlib.resources import files

_NEWEST = 2
# SHA-256 of each list of phrases as bytes: a list that was changed by mistake is refused, not used.
_LISTS = {
    1: "2bf3c38d7acb18215a9453cefd3daaf273c0f0f3205ba9e2691f1f449b426b5f",
    2: "5ee1b9aa96a8e9f929b194cba7d1c03c25428b75286978c6f95e38c76f690ca4",
}
_PLAIN = 0
_RAW = -zlib.MAX_WBITS  # without a header and a check of its own: the hash of the entry covers the text
_MOST_BYTES = 64 * 1024 * 1024  # a packed text that swells beyond was not written by us


class Unpackable(ValueError):
    """What stands there was not packed by this program, or was changed since."""


def packed(text: str) -> bytes:
    """A text as bytes, packed where that is shorter."""
    plain = text.encode()
    work = _prepared().copy()
    short = work.compress(plain) + work.flush()
    return bytes([_NEWEST]) + short if len(short) < len(plain) else bytes([_PLAIN]) + plain


def unpacked(kept: bytes) -> str:
    """The text that was packed; raises Unpackable."""
    number, rest = (kept[0], kept[1:]) if kept else (None, b"")
    if number == _PLAIN:
        return _text(rest)
    if number not in _LISTS:
        raise Unpackable(f"a text is packed with list {number}, which this version does not know")
    work = zlib.decompressobj(_RAW, _phrases(number))
    try:
        plain = work.decompress(rest, _MOST_BYTES)
    except zlib.error as error:
        raise Unpackable(str(error)) from error
    if not work.eof or work.unused_data:
        raise Unpackable("a packed text is not whole")
    return _text(plain)


def _text(plain: bytes) -> str:
    try:
        return plain.decode()
    except UnicodeDecodeError as error:
        raise Unpackable(str(error)) from error


@cache
def _prepared() -> zlib._Compress:
    """What has read the phrases once: to copy it costs a tenth of reading them again."""
    return zlib.compressobj(9, zlib.DEFLATED, _RAW, zlib.DEF_MEM_LEVEL, zlib.Z_DEFAULT_STRATEGY, _phrases(_NEWEST))


@cache
def _phrases(number: int) -> bytes:
    """The phrases of a list, the most frequent last: nearer ones cost fewer bits."""
    listed: list[str] = json.loads(files(__package__).joinpath(f"phrases_{number}.json").read_text("utf-8"))
    phrases = "".join(listed).encode()
    found = sha256(phrases).hexdigest()
    if found != _LISTS[number]:
        raise RuntimeError(f"phrases_{number}.json is not the list that records were packed with: {found}")
    return phrases
