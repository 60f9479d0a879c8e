"""How a transaction that others were in the way of is tried again: whole, after a little while, and not for ever."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from sqlalchemy.exc import DBAPIError

from engine.errors import Busy, OutcomeUnknown
from engine.store.failures import is_contention, is_lost
from engine.telemetry.happenings import TriedAgain, tell

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """At most ``tries`` within ``seconds``, with pauses that double from ``first`` and are drawn up to that long.

    A command is one transaction: what was not committed has not happened, so doing it again is doing it once.
    """

    tries: int = 8
    seconds: float = 20.0
    first: float = 0.02
    sleep: Callable[[float], None] = time.sleep
    elapsed: Callable[[], float] = time.monotonic
    draw: Callable[[], float] = random.random  # in [0, 1): two that met once shall not meet again

    def outlast(self, transaction: Callable[[], T], *, again_is_safe: bool) -> T:
        """What ``transaction`` returns, tried again while others are in its way or the connection breaks.

        ``again_is_safe`` where one that was committed without our knowledge may be repeated: it finds itself done.
        Raises Busy; OutcomeUnknown where the connection broke at the commit and again is not safe; OperationalError
        where the database stays away.
        """
        begun = self.elapsed()
        for number in range(self.tries - 1):
            try:
                return transaction()
            except OutcomeUnknown:
                if not again_is_safe or self._is_over(begun):
                    raise
                tell(TriedAgain("connection"))
            except DBAPIError as error:
                if not (is_contention(error) or is_lost(error)) or self._is_over(begun):
                    _give_up(error)
                tell(TriedAgain("contention" if is_contention(error) else "connection"))
            self.sleep(self.first * 2**number * (1 + self.draw()) / 2)
        try:
            return transaction()
        except DBAPIError as error:
            _give_up(error)

    def _is_over(self, begun: float) -> bool:
        return self.elapsed() - begun >= self.seconds


def _give_up(error: DBAPIError) -> NoReturn:
    if is_contention(error):
        raise Busy("others hold what this needs") from error
    raise error
