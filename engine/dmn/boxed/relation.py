"""A relation: a list of contexts, written as rows under the names of columns."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.boxed.registry import Boxed, boxed_in, boxes, read_boxed
from engine.dmn.elements import Element, children, name_of
from engine.dmn.run import Frame
from engine.dmn.site import Site, distinct
from engine.dmn.types import Type, coerced
from engine.feel import Value


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Relation:
    columns: tuple[Column, ...]
    rows: tuple[tuple[Boxed, ...], ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(cell.names for row in self.rows for cell in row))

    @property
    def cost(self) -> int:
        return 1 + sum(cell.cost for row in self.rows for cell in row)

    def evaluate(self, frame: Frame) -> Value:
        return [self._row(row, frame) for row in self.rows]

    def _row(self, row: tuple[Boxed, ...], frame: Frame) -> Value:
        return {
            column.name: coerced(cell.evaluate(frame), column.type, frame.run, f"column '{column.name}'")
            for column, cell in zip(self.columns, row, strict=True)
        }


@boxes("relation")
def read(element: Element, site: Site) -> Relation:
    found = list(children(element, "column"))
    names = distinct(map(name_of, found), site, "a column of the relation")
    columns = tuple(
        Column(name, site.at(f"column '{name}'").type(column)) for name, column in zip(names, found, strict=True)
    )
    rows = enumerate(children(element, "row"), 1)
    return Relation(columns, tuple(_row(row, columns, site.at(f"row {place}")) for place, row in rows))


def _row(row: Element, columns: tuple[Column, ...], site: Site) -> tuple[Boxed, ...]:
    cells = boxed_in(row)
    if len(cells) != len(columns):
        raise site.error(f"the row has {len(cells)} cells, the relation {len(columns)} columns")
    return tuple(
        read_boxed(cell, site.at(f"column '{column.name}'")) for cell, column in zip(cells, columns, strict=True)
    )
