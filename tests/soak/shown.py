"""How far a walk has come, on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tqdm import tqdm


def shown(what: str, stands: Iterable[datetime]) -> Iterable[datetime]:
    shown: Iterable[datetime] = tqdm(stands, desc=what, unit=" stands", mininterval=2)
    return shown
