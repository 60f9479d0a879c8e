"""The engine that the application serves."""

from __future__ import annotations

from typing import cast

from flask import current_app

from engine.application import Engine

KEY = "throughline.engine"  # where the application keeps it; the API reads it there too


def engine() -> Engine:
    return cast(Engine, current_app.extensions[KEY])
