"""What nobody has of a role's work, said so that it is read by the index that begins with the role.

SQLite takes the tasks without an assignee for as few as anybody's, and so reads all that nobody has by the assignees'
index. Behind a plus sign the assignee leads no index, and the index of roles is made with the very same words.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from engine.store.tables import tasks


def nobody_has_it() -> ColumnElement[bool]:
    """Whether a task has no assignee; index ix_tasks_open_role."""
    return _NeverFirst(tasks.c.assignee).is_(None)


class _NeverFirst(FunctionElement[str]):
    """A column's value, by which SQLite looks nothing up."""

    name = "never_first"
    inherit_cache = True
    type = String()


@compiles(_NeverFirst)
def _on_sqlite(element: _NeverFirst, compiler: SQLCompiler, **given: Any) -> str:
    return f"+{compiler.process(element.clauses, **given)}"


@compiles(_NeverFirst, "postgresql")
def _on_postgresql(element: _NeverFirst, compiler: SQLCompiler, **given: Any) -> str:
    return compiler.process(element.clauses, **given)
