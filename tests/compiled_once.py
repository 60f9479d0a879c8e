"""What an application and a database compile when they are first used, kept for the next test's.

Hundreds of tests make their own. Templates, addresses and statements are the same in each, and to compile them takes
longer than what most tests ask for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule


class _Templates(BytecodeCache):
    """Compiled templates, by what they were compiled from."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


def compile_once() -> None:
    """From now on, for all applications of this process."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}
    Rule._compile_builder = _once(Rule._compile_builder)  # type: ignore[method-assign]
    _share_statements()


def _once(build: Callable[..., Any]) -> Callable[..., Any]:
    """What builds a rule's addresses depends on its text alone: the rule itself is given to it."""
    kept: dict[Any, Any] = {}

    @wraps(build)
    def kept_or_built(rule: Rule, append_unknown: bool = True) -> Any:
        key = (append_unknown, tuple(rule._trace), repr(rule.defaults))
        if key not in kept:
            kept[key] = build(rule, append_unknown)
        return kept[key]

    return kept_or_built


def _share_statements() -> None:
    """Statements are kept by what they say and by the dialect that they are for, of which each engine has its own.

    All those of one kind are the same here: one server, one version of SQLite.
    """
    kept: LRUCache[Any, Any] = LRUCache(10_000)
    Engine._compiled_cache = property(lambda _: kept, lambda _, own: None)  # type: ignore[assignment]
    for dialect in (PGDialect_psycopg, SQLiteDialect_pysqlite):
        dialect.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign]
        dialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]
