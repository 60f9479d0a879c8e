"""Which row of a table was which before: the same words first, then the same id, then the most cells alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from engine.compare.tables import Row

_MOST = 10_000  # pairs of rows that are looked at for likeness
Says = Callable[[Row], tuple[str, ...]]


@dataclass(slots=True)
class RowPairs:
    """The pairs (older, newer), the numbers of rows whose order is new, and what has no partner."""

    pairs: list[tuple[Row, Row]] = field(default_factory=list)
    gone: list[Row] = field(default_factory=list)
    come: list[Row] = field(default_factory=list)


def paired(old: Sequence[Row], new: Sequence[Row], says_old: Says, says_new: Says) -> RowPairs:
    """Each row of both sides once."""
    found = RowPairs(gone=list(old), come=list(new))
    blocks = SequenceMatcher(None, [says_old(r) for r in old], [says_new(r) for r in new], autojunk=False)
    for start_old, start_new, size in blocks.get_matching_blocks():
        for step in range(size):
            _join(found, old[start_old + step], new[start_new + step])
    _by(found, says_old, says_new)
    _by(found, lambda row: (row.id,), lambda row: (row.id,))
    _most_alike(found, says_old, says_new)
    return found


def out_of_order(pairs: Sequence[tuple[Row, Row]]) -> set[str]:
    """The newer ids of the rows that stand elsewhere among those that were there before: as few as explain it."""
    newer = [now.number for _, now in sorted(pairs, key=lambda pair: pair[0].number)]
    kept = set(_longest_rising(newer))
    return {now.id for _, now in pairs if now.number not in kept}


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    best: list[list[int]] = []
    for number in numbers:
        longest = max((run for run in best if run[-1] < number), key=len, default=[])
        best.append([*longest, number])
    return max(best, key=len, default=[])


def _join(found: RowPairs, was: Row, now: Row) -> None:
    found.pairs.append((was, now))
    found.gone.remove(was)
    found.come.remove(now)


def _by(found: RowPairs, key_old: Callable[[Row], Hashable], key_new: Callable[[Row], Hashable]) -> None:
    for was in list(found.gone):
        now = next((each for each in found.come if key_new(each) == key_old(was)), None)
        if now is not None:
            _join(found, was, now)


def _most_alike(found: RowPairs, says_old: Says, says_new: Says) -> None:
    """Rows without a partner of which more than half of the cells are alike are one row that was changed."""
    if len(found.gone) * len(found.come) > _MOST:
        return  # two tables that have little in common
    while candidates := [
        (alike, -was.number, was, now)
        for was in found.gone
        for now in found.come
        if (alike := _alike(says_old(was), says_new(now))) > 0.5
    ]:
        _, _, was, now = max(candidates, key=lambda each: each[:2])
        _join(found, was, now)


def _alike(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    same = sum(1 for one, other in zip(first, second, strict=True) if one == other)
    return same / max(len(first), 1)
