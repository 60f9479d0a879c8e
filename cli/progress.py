"""A progress bar for long work, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def progress(items: Iterable[T], *, total: int, label: str) -> Iterable[T]:
    """The items, with a bar on stderr when a person watches."""
    return tqdm(items, total=total, desc=label, disable=not sys.stderr.isatty(), file=sys.stderr, leave=False)
