"""The engine that the application serves."""

from __future__ import annotations

from typing import cast

from flask import current_app

from engine.application import Engine

KEY = "throughline.engine"  # where the application keeps it; the API reads it there too
WALL_CLOCK = "throughline.wall_clock"  # the machine's time, by which sessions and codes run out


def engine() -> Engine:
    return cast(Engine, current_app.extensions[KEY])
