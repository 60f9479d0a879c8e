"""What a process would write to its log, caught line by line."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from engine.telemetry import logs


@dataclass(frozen=True)
class Logged:
    """All that was written to stderr."""

    stream: StringIO = field(default_factory=StringIO)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines, each of which must be one JSON object."""
        return [json.loads(line) for line in self.text.splitlines()]

    def events(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]


@contextmanager
def logged(level: str = "DEBUG", log_format: str = "json") -> Iterator[Logged]:
    """Log as a service does while inside."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, levels = list(root.handlers), {name: logging.getLogger(name).level for name in (None, *_OURS)}
    found = Logged()
    try:
        with redirect_stderr(found.stream):
            logs.set_up(level, log_format)
            logs.as_service()
            yield found
    finally:
        logging.captureWarnings(False)
        root.handlers[:] = handlers
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)
        sys.excepthook, threading.excepthook = hooks


_OURS = ("throughline", logs.COMMANDS)
