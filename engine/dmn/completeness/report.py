"""What an analysis of a decision table tells: overlaps, gaps, rows that never answer, and what it could not read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from engine.dmn.completeness.columns import Unread
from engine.feel import Value

OverlapKind: TypeAlias = Literal["not unique", "differ", "may differ", "same"]


@dataclass(frozen=True, slots=True)
class Example:
    """An input: a value for each column in order, and `inputs` with their labels and FEEL text.

    `summary` shows those that matter, `Week = 12, Change = -2`; it is empty when any input would do.
    """

    inputs: tuple[tuple[str, str], ...]
    values: tuple[Value, ...] = field(repr=False)
    summary: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rows that match the same input although the hit policy forbids it, or that are the same row twice."""

    rule_ids: tuple[str, str]
    rows: tuple[int, int]
    kind: OverlapKind
    example: Example


@dataclass(frozen=True, slots=True)
class Gap:
    """Inputs that no row matches: `description` bounds them all, `Age in (17..18), Track = "msk"`.

    `cells` are the input cells of a row that would match them, one for each column: `(17..18)` and `"msk"`.
    Of kind "null", where rows match whatever is given but the value of `column` is missing.
    """

    kind: Literal["value", "null"]
    column: str
    description: str
    cells: tuple[str, ...]
    example: Example


@dataclass(frozen=True, slots=True)
class Unreached:
    """A row that never answers: other rows (`by`, by number) take all its inputs, or it has none: then `by` is empty.

    `column` and `source` are the cell that no value meets, when there is one.
    """

    rule_id: str
    row: int
    by: tuple[int, ...]
    by_ids: tuple[str, ...]
    column: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that was found; `unfinished` says what is not settled, one sentence each.

    At most five gaps of values are told, the widest of those found; if there are fewer, their descriptions cover every
    input of given values that no readable row matches.
    """

    overlaps: tuple[Overlap, ...] = ()
    gaps: tuple[Gap, ...] = ()
    unreached: tuple[Unreached, ...] = ()
    unread: tuple[Unread, ...] = ()
    unfinished: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing was given up for the size of the table."""
        return not self.unfinished
