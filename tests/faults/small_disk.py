"""A file system with room for very little, and what fills it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class SmallDisk:
    """A file system of its own, mounted at a folder."""

    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self) -> None:
        """Until not one byte more can be written."""
        with self._ballast.open("ab", buffering=0) as stream, suppress(OSError):
            while stream.write(bytes(1 << 16)):
                pass
        with self._ballast.open("ab", buffering=0) as stream, suppress(OSError):
            while stream.write(b"x"):
                pass

    def make_room(self) -> None:
        self._ballast.unlink()

    @property
    def files(self) -> set[str]:
        """What is there besides what fills it."""
        found = {str(each.relative_to(self.folder)) for each in self.folder.rglob("*") if each.is_file()}
        return found - {self._ballast.name}


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mounts one; the test is skipped where that is not allowed."""
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small file system to fill")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no small file system can be mounted here: {done.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()
