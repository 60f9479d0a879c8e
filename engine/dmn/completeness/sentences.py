"""What an analysis found, in sentences that say to the person who draws a table what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.dmn.completeness.report import Analysis, Gap, Overlap, OverlapKind, Unreached
from engine.dmn.table import HitPolicy

_OVERLAPS: Final[dict[OverlapKind, tuple[str, str]]] = {
    "not unique": ("both match", "a UNIQUE table may match one row; change a range or the hit policy"),
    "differ": (
        "answer differently for",
        "rows of an ANY table that match together must answer the same; change a range, an output or the hit policy",
    ),
    "may differ": (
        "may answer differently for",
        "rows of an ANY table that match together must answer the same; give both the same output or change a range",
    ),
    "same": ("are the same row twice, for", "delete one of them, unless it is meant to count twice"),
}
_GAP_HINT: Final = "add a row, widen a range, list the allowed values of the column, or give a default output"
_MISSING_HINT: Final = "add a row with null in this column, a last row of dashes, or a default output"
_HIDDEN_HINTS: Final = {
    HitPolicy.FIRST: "move it up, narrow the rows above it, or delete it",
    HitPolicy.PRIORITY: "change its output or the order of the output values, narrow the other rows, or delete it",
}
_IMPOSSIBLE_HINT: Final = "correct the cell, the column's type or its allowed values, or delete the row"
_LONGEST_BOX: Final = 160
_UNFINISHED_HINT: Final = "split the table into smaller decisions to have it checked whole"


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding about a table; `rule_ids` are the rows it is about, none when no row is to blame."""

    rule: str
    severity: Literal["error", "warning"]
    message: str
    hint: str
    rule_ids: tuple[str, ...] = ()


def problems(analysis: Analysis, policy: HitPolicy) -> Iterator[Problem]:
    """The findings of an analysis: what would have no answer when it is decided is an error, all else a warning."""
    yield from map(_overlap, analysis.overlaps)
    yield from (_gap(gap) for gap in analysis.gaps if gap.kind == "value")
    missing = [gap.column for gap in analysis.gaps if gap.kind == "null"]
    if missing:
        yield _missing(missing)
    yield from (_unreached(row, policy) for row in analysis.unreached)
    for sentence in analysis.unfinished:
        yield Problem("decision-unfinished", "warning", sentence, _UNFINISHED_HINT)


def _overlap(overlap: Overlap) -> Problem:
    what, hint = _OVERLAPS[overlap.kind]
    first, second = overlap.rows
    message = f"rows {first} and {second} {what} {overlap.example.summary or 'any input'}"
    severity: Literal["error", "warning"] = "error" if overlap.kind in ("not unique", "differ") else "warning"
    return Problem("decision-overlap", severity, message, hint, overlap.rule_ids)


def _gap(gap: Gap) -> Problem:
    example = gap.example.summary
    box = f" ({_shortened(gap.description)})" if gap.description != example else ""
    message = f"no row matches {example}{box}" if example else "no row matches any input whose values are all given"
    return Problem("decision-gap", "warning", message, _GAP_HINT)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_BOX else text[:_LONGEST_BOX].rpartition(" ")[0] + " …"


def _missing(columns: Sequence[str]) -> Problem:
    which = columns[0] if len(columns) == 1 else f"one of these is missing: {', '.join(columns)}"
    message = f"no row matches when {which}" + (" is missing" if len(columns) == 1 else "")
    return Problem("decision-missing-value", "warning", message, _MISSING_HINT)


def _unreached(row: Unreached, policy: HitPolicy) -> Problem:
    if not row.by:
        message = f"row {row.row} never matches: no value that {row.column} may have meets {row.source}"
        return Problem("decision-unreached", "warning", message, _IMPOSSIBLE_HINT, (row.rule_id,))
    taken = f"row {row.by[0]} takes" if len(row.by) == 1 else f"rows {_listed(row.by)} take"
    message = f"row {row.row} never answers: {taken} every input that it matches"
    return Problem("decision-unreached", "warning", message, _HIDDEN_HINTS[policy], (row.rule_id, *row.by_ids))


def _listed(rows: Sequence[int]) -> str:
    return f"{', '.join(map(str, rows[:-1]))} and {rows[-1]}"
