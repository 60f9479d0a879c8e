"""The FEEL expressions inside boxed logic, however deep, for the checks that look at each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from engine.feel import Expression
from engine.feel.static import ANY, Names

# The same expression once more, in the form that lets a function out.
_REPEATED = "listed"


def expressions_in(logic: object) -> Iterator[Expression]:
    """Every expression of boxed logic; the tests of tables in it are left out."""
    if isinstance(logic, Expression):
        yield logic
    elif isinstance(logic, tuple | list):
        for part in logic:
            yield from expressions_in(part)
    elif is_dataclass(logic) and type(logic).__module__.startswith("engine.dmn."):
        for field in fields(logic):
            if field.name != _REPEATED:
                yield from expressions_in(getattr(logic, field.name))


def with_local(names: Names, expression: Expression, read_from_outside: frozenset[str]) -> Names:
    """The names with those that the logic binds itself, an entry or a variable, whose types nobody states."""
    local = {name.split(".")[0] for name in expression.names - read_from_outside}
    return Names({**names.types, **dict.fromkeys(local, ANY)}, names.open_prefixes)
