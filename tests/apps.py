"""The whole application for a test: it compiles no template and no route that another of the session has compiled."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from engine.application import Engine
from webui.app import PagesApp, create_app


class _Compiled(BytecodeCache):
    """Templates' code by file, while its text stays what it was."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()
_BUILDERS: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


class _Route(Rule):
    """What writes a route's addresses is Python code, made for each route of each application: half of its start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        # All that the code is made of; it is handed the rule it serves, with its converters, at each call.
        key = (self.rule, self.host, self.subdomain, self.merge_slashes, repr(self.defaults), append_unknown)
        if key not in _BUILDERS:
            _BUILDERS[key] = super()._compile_builder(append_unknown)
        return _BUILDERS[key]


PagesApp.url_rule_class = _Route  # Flask's own door for that


def an_app(engine: Engine) -> Flask:
    """The application that serves an engine, made as the web process makes it."""
    app = create_app(engine)
    app.jinja_env.bytecode_cache = _COMPILED
    return app
