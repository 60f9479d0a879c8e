"""Where the tokens of a process went: kept in the record, so that the diagram of any instant can be drawn again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.processes import ActiveElement

MOST_NAMED = 3  # elements that a sentence names; the detail holds all of them


@dataclass(frozen=True, slots=True)
class Move:
    """A token has gone through ``element`` of ``process`` (the diagram's own id); flows led it to ``successors``."""

    process: str
    element: str
    successors: tuple[str, ...]


def detail_of(moves: Sequence[Move], standing: Sequence[ActiveElement], as_of: datetime) -> Mapping[str, Any]:
    """What the entry ``process.moved`` holds: {"as_of", "passed": [[process, element, [successor]]], "at": [[process,
    element]]}; ``at`` is where tokens stand after it, outermost first, armed boundary events left out."""
    return {
        "as_of": as_of,
        "passed": [[move.process, move.element, list(move.successors)] for move in moves],
        "at": [[each.process, each.element_id] for each in standing],
    }


def sentence_of(title: str, standing: Sequence[ActiveElement]) -> str:
    """ "MSK: now at Week 12 measures, Every check-in"."""
    if not standing:
        return f"{title}: went to its end"
    names = list(dict.fromkeys(each.element_name for each in standing))
    more = len(names) - MOST_NAMED
    return f"{title}: now at {', '.join(names[:MOST_NAMED])}" + (f" and {more} more" if more > 0 else "")
