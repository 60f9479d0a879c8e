"""How long one attempt may take as a whole, and what of its words can be kept."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from http.client import HTTPException
from math import isfinite
from typing import Any, TypeVar

from engine.application import FAULTS_OF_A_CASE
from engine.outgoing.outgoing import NotDelivered, Undeliverable

T = TypeVar("T")

DEADLINE = 45.0  # seconds; below the first wait of engine.outgoing.delivery, so that no other worker tries meanwhile
LONGEST_ERROR, LONGEST_EVIDENCE = 500, 1_000  # characters of what the other side says
# Attempts that did not come to an end, of this process: with so many no new one is made.
MOST_HANGING = 8

# What can go wrong in one piece of work and must not stop those behind it. A database that is away stops all.
FAULTS_OF_A_PIECE = (*FAULTS_OF_A_CASE, OSError, HTTPException)

_THREAD = "throughline-attempt"
# PostgreSQL keeps no NUL and neither database half a surrogate pair; other control characters upset terminals.
_UNKEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def within(seconds: float, call: Callable[[], T]) -> T:
    """What ``call`` returns or raises, in at most so many seconds; else raises NotDelivered.

    Time limits of sockets count from each answer anew: a server that sends a byte now and then never meets one. So the
    attempt runs in a thread of its own and is left behind; what it may still do, it does under the letter's key.
    """
    if sum(each.name == _THREAD for each in threading.enumerate()) >= MOST_HANGING:
        raise NotDelivered(f"{MOST_HANGING} earlier attempts still hang; see that the receiving side answers")
    found: Future[T] = Future()
    thread = threading.Thread(target=_carry_out, args=(call, found), name=_THREAD, daemon=True)
    thread.start()
    thread.join(seconds)
    goes_on = thread.is_alive()
    if found.done():
        return found.result()
    if goes_on:
        raise NotDelivered(f"the attempt did not come to an end within {seconds:g} s; it may have arrived")
    raise NotDelivered("the attempt broke off; the log of the worker says why")  # Python has printed it


def _carry_out(call: Callable[[], T], found: Future[T]) -> None:
    try:
        found.set_result(call())
    except (NotDelivered, Undeliverable, *FAULTS_OF_A_PIECE) as error:
        # Raised again where the answer is awaited.
        found.set_exception(error)


def kept_error(error: object) -> str:
    """An error's words on one line, without what cannot be stored, and not too long."""
    return _cut(" ".join(_storable(str(error)).split()), LONGEST_ERROR) or "no reason was given"


def kept_evidence(evidence: Any) -> Any:
    """Evidence with every text in it fit to be stored, and not too long."""
    if isinstance(evidence, str):
        return _cut(_storable(evidence), LONGEST_EVIDENCE)
    if isinstance(evidence, Mapping):
        return {_cut(_storable(str(name)), LONGEST_EVIDENCE): kept_evidence(value) for name, value in evidence.items()}
    if isinstance(evidence, list | tuple):
        return [kept_evidence(each) for each in evidence]
    if evidence is None or isinstance(evidence, int) or (isinstance(evidence, float) and isfinite(evidence)):
        return evidence
    return kept_evidence(str(evidence))  # no JSON: it has arrived all the same


def _storable(text: str) -> str:
    return _UNKEPT.sub("\ufffd", text)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
