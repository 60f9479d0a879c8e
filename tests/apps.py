"""The whole application for a test: it compiles no template that another of the session has compiled."""

from __future__ import annotations

from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from engine.application import Engine
from webui.app import create_app


class _Compiled(BytecodeCache):
    """Templates' code by file, while its text stays what it was."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def an_app(engine: Engine) -> Flask:
    """The application that serves an engine, made as the web process makes it."""
    app = create_app(engine)
    app.jinja_env.bytecode_cache = _COMPILED
    return app
