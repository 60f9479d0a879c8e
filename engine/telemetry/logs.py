"""Where log lines go and what they look like: one JSON object a line for machines, or text for a person."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TextIO

from engine.telemetry.context import FIELDS, fields
from engine.telemetry.safe_errors import safe_argument, trace

COMMANDS = "throughline.commands"
log = logging.getLogger("throughline")


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what is stderr at the moment of writing: stdout carries answers alone."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


class SafeFormatter(logging.Formatter):
    """Lines without anything about a patient: errors are told by `safe_errors`, fields by `context.FIELDS`."""

    def __init__(self, log_format: str) -> None:
        super().__init__()
        self.log_format = log_format
        self._inner: logging.Formatter | None = None

    def format(self, record: logging.LogRecord) -> str:
        safe = logging.makeLogRecord(record.__dict__)
        if isinstance(safe.args, tuple):
            safe.args = tuple(safe_argument(each) for each in safe.args)
        safe.msg = safe_argument(safe.msg)
        error = safe.exc_info[1] if safe.exc_info else None
        safe.exc_info = safe.exc_text = safe.stack_info = None
        if error is not None:
            safe.__dict__["exception"] = trace(error)
        for name, value in fields().items():
            safe.__dict__.setdefault(name, value)
        return self._lines().format(safe)

    def _lines(self) -> logging.Formatter:
        if self._inner is None:
            self._inner = _structlog_formatter(self.log_format)
        return self._inner


def set_up(level: str, log_format: str) -> None:
    """Send log lines to stderr from now on: ours from ``level`` on, those of libraries from warnings on.

    Single commands' lines are for services; elsewhere they are written from level DEBUG on only.
    """
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _StandardError)]:
        root.removeHandler(handler)
    handler = _StandardError()
    handler.setFormatter(SafeFormatter(log_format))
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    log.setLevel(level)
    logging.getLogger(COMMANDS).setLevel(logging.NOTSET if level == "DEBUG" else logging.WARNING)
    _keep_last_words()


def as_service() -> None:
    """Write a line for every command as well, and Python's warnings as lines of the log."""
    logging.getLogger(COMMANDS).setLevel(logging.NOTSET)
    logging.captureWarnings(True)


def _keep_last_words() -> None:
    """An error that ends the program or a thread is logged like any other: Python would print the values in it."""
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _last_words
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = lambda args: _last_words(args.exc_type, args.exc_value, args.exc_traceback)


def _last_words(kind: type[BaseException], error: BaseException | None, frames: TracebackType | None) -> None:
    if error is None or not issubclass(kind, Exception):
        sys.__excepthook__(kind, error or kind(), frames)  # Ctrl-C
        return
    log.critical("ended by an unexpected error", exc_info=error)


def _structlog_formatter(log_format: str) -> logging.Formatter:
    # Imported with the first line: most commands of the command line write none, and start the sooner.
    import structlog
    from structlog.typing import Processor

    as_json: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    as_text: Processor = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(allow=[*FIELDS, "exception"]),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _in_order,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            as_json if log_format == "json" else as_text,
        ],
    )


def _in_order(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What a reader looks for first comes first."""
    first = {name: line[name] for name in ("timestamp", "level", "logger", "event") if name in line}
    return {**first, **{name: value for name, value in line.items() if name not in first}}
