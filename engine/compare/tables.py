"""A decision table as it is compared: its columns by id, and its rows with their cells by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.compare.markup import Parts, local, nodes, parts_of


@dataclass(frozen=True, slots=True)
class Column:
    """An input, output or annotation; ``name`` is what a person calls it, ``parts`` all that it says."""

    id: str
    kind: str
    name: str
    parts: Parts


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: its number from 1, its cells by column id, and what is written beside it."""

    id: str
    number: int
    cells: Mapping[str, str]
    note: str

    def says(self, columns: Mapping[str, str]) -> tuple[str, ...]:
        """The cells in the order of ``columns`` (older or newer ids), with the note: what makes two rows alike."""
        return (*(self.cells.get(column, "") for column in columns), self.note)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by id in their order, and the rows from the top."""

    columns: Mapping[str, Column]
    rows: tuple[Row, ...]
    in_order: bool  # whether the hit policy makes the rows' order count


_ORDERED = ("FIRST", "RULE ORDER", "PRIORITY", "OUTPUT ORDER")


def table_of(node: Any) -> Table:
    """The table in a <decisionTable>."""
    columns = {}
    for kind in ("input", "output", "annotation"):
        for number, each in enumerate(_all(node, kind), start=1):
            column = _column(each, kind, number)
            columns[column.id] = column
    rows = tuple(_row(each, number, columns) for number, each in enumerate(_all(node, "rule"), start=1))
    return Table(columns, rows, node.get("hitPolicy") in _ORDERED)


def _all(node: Any, name: str) -> list[Any]:
    return [child for child in nodes(node) if local(child) == name]


def _column(node: Any, kind: str, number: int) -> Column:
    parts = parts_of(node, leave_out=lambda each: local(each) == "extensionElements", attributes=frozenset())
    parts = {path: text for path, text in parts.items() if text}
    name = parts.get("label") or parts.get("inputExpression/text") or parts.get("name") or f"{kind} {number}"
    return Column(str(node.get("id") or f"{kind} {number}"), kind, " ".join(name.split()), parts)


def _row(node: Any, number: int, columns: Mapping[str, Column]) -> Row:
    written = [*_all(node, "inputEntry"), *_all(node, "outputEntry"), *_all(node, "annotationEntry")]
    cells = {column: _text(cell) for column, cell in zip(columns, written, strict=False)}
    notes = [(child.text or "").strip() for child in nodes(node) if local(child) == "description"]
    return Row(str(node.get("id") or f"row {number}"), number, cells, " ".join(notes))


def _text(cell: Any) -> str:
    """What a cell says; "-" and nothing both mean any value."""
    text = next(((child.text or "").strip() for child in nodes(cell) if local(child) == "text"), "")
    return "" if text == "-" else text
