"""How a file is written whole or not at all, whoever else writes it at the same time."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

READABLE, PRIVATE = 0o644, 0o600


def put(file: Path, content: bytes) -> None:
    """Write a file that others may read, in the place of one that may be there."""
    _write(file, content, READABLE, os.replace)


def put_first(file: Path, content: bytes) -> None:
    """Write a file for its owner alone; one that is there already stays as it is."""
    with suppress(FileExistsError):  # another process was first
        _write(file, content, PRIVATE, os.link)


def _write(file: Path, content: bytes, mode: int, place: Callable[[str, Path], None]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, mode)
        place(name, file)
    finally:
        Path(name).unlink(missing_ok=True)
