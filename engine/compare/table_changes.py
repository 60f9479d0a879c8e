"""What is different between two decision tables: columns, rows and cells, each in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.compare.change import What
from engine.compare.markup import differing
from engine.compare.quoting import quoted
from engine.compare.row_pairs import out_of_order, paired
from engine.compare.tables import Column, Row, Table

_PARTS = {
    "label": "label", "name": "name", "typeRef": "type", "inputExpression/text": "expression",
    "inputExpression/typeRef": "type", "inputValues/text": "allowed values", "outputValues/text": "allowed values",
    "defaultOutputEntry/text": "default",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableChange:
    """``subject`` stands behind the decision's name ("row 4"); ``element`` is a row's or column's id."""

    element: str | None
    what: What
    subject: str
    told: str


def table_changes(before: Table, after: Table) -> list[TableChange]:
    """The changes of the columns, then those of the rows from the top."""
    same = _same_columns(before, after)
    return [*_columns(before, after, same), *_Rows(before, after, same).told()]


def _same_columns(before: Table, after: Table) -> dict[str, str]:
    """Older to newer id of each column that both have: by id, else by all that it says."""
    same = {key: key for key in before.columns if key in after.columns}
    for key, column in before.columns.items():
        if key not in same:
            free = ((other, each) for other, each in after.columns.items() if other not in same.values())
            twin = next((other for other, each in free if _is_twin(each, column)), None)
            if twin is not None:
                same[key] = twin
    return same


def _is_twin(one: Column, other: Column) -> bool:
    return one.kind == other.kind and one.parts == other.parts


def _columns(before: Table, after: Table, same: Mapping[str, str]) -> Iterator[TableChange]:
    for key, column in before.columns.items():
        if key not in same:
            yield TableChange(None, "removed", f"{column.kind} column “{column.name}”", "taken out")
    was = {new: before.columns[old] for old, new in same.items()}
    for key, column in after.columns.items():
        if key not in was:
            yield TableChange(key, "added", f"{column.kind} column “{column.name}”", "added")
            continue
        for path in differing(was[key].parts, column.parts):
            told = _from_to(_PARTS.get(path, path), was[key].parts.get(path, ""), column.parts.get(path, ""))
            yield TableChange(key, "changed", f"{column.kind} column “{column.name}”", f"{told}")
    kept = [key for key in after.columns if key in was]
    if kept != list(was):
        names = ", ".join(after.columns[key].name for key in kept)
        yield TableChange(None, "moved", "columns", f"stand in another order: {names}")


@dataclass(frozen=True, slots=True)
class _Rows:
    before: Table
    after: Table
    same: Mapping[str, str]

    def told(self) -> Iterator[TableChange]:
        found = paired(
            self.before.rows,
            self.after.rows,
            lambda row: row.says(self.same),
            lambda row: row.says({new: old for old, new in self.same.items()}),
        )
        for row in sorted(found.gone, key=lambda each: each.number):
            yield TableChange(row.id, "removed", f"row {row.number}", f"taken out ({_said(row, self.before)})")
        was = {now.id: old for old, now in found.pairs}
        moved = out_of_order(found.pairs)
        for row in self.after.rows:
            if row.id not in was:
                yield TableChange(row.id, "added", f"row {row.number}", f"added ({_said(row, self.after)})")
            else:
                yield from self._pair(was[row.id], row, row.id in moved)

    def _pair(self, was: Row, now: Row, moved: bool) -> Iterator[TableChange]:
        for old, new in self.same.items():
            if was.cells.get(old, "") != now.cells.get(new, ""):
                told = _from_to(self.after.columns[new].name, was.cells.get(old, ""), now.cells.get(new, ""))
                yield TableChange(now.id, "changed", f"row {now.number}", f"{told}")
        if was.note != now.note:
            yield TableChange(now.id, "changed", f"row {now.number}", f"{_from_to('its note', was.note, now.note)}")
        if moved:
            reads = "; rows are read from the top" if self.after.in_order else ""
            yield TableChange(now.id, "moved", f"row {now.number}", f"it was row {was.number} before{reads}")


def _said(row: Row, table: Table) -> str:
    cells = [f"{table.columns[key].name} {text}" for key, text in row.cells.items() if text and key in table.columns]
    return ", ".join(cells) or "any value"


def _from_to(part: str, before: str, after: str) -> str:
    return f"{part} changed from {_cell(before)} to {_cell(after)}"


def _cell(text: str) -> str:
    """A cell as it is written; FEEL's own quotation marks are enough around a text."""
    return quoted(text).strip("“”") if text else "any value"
