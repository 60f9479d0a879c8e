"""Statements that every command asks, compiled once for each database and then run by the driver itself.

What SQLAlchemy does for each execution (find the compiled form, build a context, a result and its rows) costs more than
most of these statements do. What others rely on stays: types bind and read as in any statement, `before_cursor_execute`
is told, an error comes as SQLAlchemy's own, and a connection that broke is taken out of the pool.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Select, Update
from sqlalchemy.engine import Dialect

Processor = Callable[[Any], Any]
_CURSOR = "throughline_cursor"  # of a connection: one that is used again knows how its values are written and read


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement's text for one database, and how its values are bound and its columns read."""

    text: str
    names: tuple[str, ...]
    is_positional: bool
    constants: Mapping[str, Any]
    binders: tuple[tuple[int, Processor], ...]
    columns: tuple[str, ...]
    readers: tuple[tuple[str, Processor], ...]

    def bound(self, values: Mapping[str, Any]) -> Any:
        given = {**self.constants, **values} if self.constants else values
        found = [given[name] for name in self.names]
        for place, process in self.binders:
            found[place] = process(found[place])
        return tuple(found) if self.is_positional else dict(zip(self.names, found, strict=True))

    def read(self, row: Sequence[Any]) -> dict[str, Any]:
        found = dict(zip(self.columns, row, strict=True))
        for name, process in self.readers:
            found[name] = process(found[name])
        return found


class Prepared:
    """One statement; its bound parameters and, where it writes, its columns are named by the values it is given."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """All rows that it finds, or returns of what it writes, each by the names of its columns."""
        compiled = self._for(connection.dialect, values)
        cursor = _run(connection, compiled, values)
        try:
            found = cursor.fetchall()
        except BaseException as error:
            _tell(connection, error, None, None, cursor)
            raise
        return [compiled.read(row) for row in found]

    def first(self, connection: Connection, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The row of a statement that finds or writes one at most."""
        found = self.rows(connection, values)
        return found[0] if found else None

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Write; returns how many rows it met."""
        return int(_run(connection, self._for(connection.dialect, values), values).rowcount)

    def run_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write once for each of ``rows``, which all name the same."""
        compiled = self._for(connection.dialect, rows[0])
        try:
            bound = [compiled.bound(row) for row in rows]
        except BaseException as error:
            _tell(connection, error, compiled.text, rows, None)
            raise
        _execute(connection, compiled.text, bound, many=True)

    def _for(self, dialect: Dialect, values: Mapping[str, Any]) -> _Compiled:
        key = (dialect.name, *values)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = _compiled(self._statement, dialect, list(values))
        return found


def _compiled(statement: Any, dialect: Dialect, given: list[str]) -> _Compiled:
    columns = statement.selected_columns if isinstance(statement, Select) else list(statement.exported_columns)
    compiled: Any = statement.compile(dialect=dialect, column_keys=None if isinstance(statement, Select) else given)
    # Work for each execution: lists that are written out when they are known, defaults of Python's; and a number that
    # the database gives is read only where the statement says that it returns it.
    unfit = compiled.post_compile_params or compiled.insert_prefetch or compiled.update_prefetch
    if unfit or (compiled.effective_returning and not columns):
        raise ValueError(f"cannot be prepared: {compiled}")
    names = tuple(compiled.positiontup if compiled.positional else compiled.binds)
    binds = [compiled.binds[name] for name in names]
    binders = ((n, each.type.dialect_impl(dialect).bind_processor(dialect)) for n, each in enumerate(binds))
    readers = ((str(each.key), each.type.dialect_impl(dialect).result_processor(dialect, None)) for each in columns)
    return _Compiled(
        text=str(compiled),
        names=names,
        is_positional=compiled.positional,
        constants={name: each.value for name, each in zip(names, binds, strict=True) if name not in given},
        binders=tuple((n, process) for n, process in binders if process is not None),
        columns=tuple(str(each.key) for each in columns),
        readers=tuple((name, process) for name, process in readers if process is not None),
    )


def _run(connection: Connection, compiled: _Compiled, values: Mapping[str, Any]) -> Any:
    try:
        bound = compiled.bound(values)
    except BaseException as error:
        _tell(connection, error, compiled.text, values, None)
        raise
    return _execute(connection, compiled.text, bound, many=False)


def _execute(connection: Connection, text: str, bound: Any, *, many: bool) -> Any:
    if not connection.in_transaction():
        connection.begin()
    cursor = connection.info.get(_CURSOR)
    if cursor is None:
        cursor = connection.info[_CURSOR] = connection.connection.cursor()
    try:
        for told in connection.dispatch.before_cursor_execute:
            text, bound = told(connection, cursor, text, bound, None, many)
        if many:
            cursor.executemany(text, bound)
        else:
            cursor.execute(text, bound)
    except BaseException as error:
        # What is not the driver's is told without its statement: with it, it would be taken for the driver's.
        is_the_drivers = isinstance(error, connection.dialect.loaded_dbapi.Error)
        _tell(connection, error, text if is_the_drivers else None, bound if is_the_drivers else None, cursor)
        raise
    return cursor


def _tell(connection: Connection, error: BaseException, text: str | None, bound: Any, cursor: Any) -> None:
    """As SQLAlchemy's execution does: raises what the driver raised as its own, and sees whether a connection broke."""
    if cursor is not None and not connection.invalidated:
        connection.info.pop(_CURSOR, None)  # it is closed now
    connection._handle_dbapi_exception(error, text, bound, cursor, None)
