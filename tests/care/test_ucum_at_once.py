"""Units asked for by several threads of a server that has only just started."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from sys import getswitchinterval, setswitchinterval
from threading import Barrier

import pytest

from care import ucum
from care.ucum import factor

ASKED = (("kg", "g", "1000"), ("h", "min", "60"), ("m", "cm", "100"))


@pytest.fixture
def just_started() -> Iterator[None]:
    """No unit has been read yet, and the threads take turns as often as they can."""
    usual = getswitchinterval()
    setswitchinterval(1e-5)
    factor.cache_clear()
    ucum._registry.cache_clear()
    yield
    setswitchinterval(usual)


@pytest.mark.usefixtures("just_started")
def test_threads_that_ask_first_at_the_same_time_all_get_their_answer() -> None:
    """None meets a registry of units that another one is still building."""
    together = Barrier(len(ASKED))

    def ask(unit: str, into: str, _: str) -> Decimal:
        together.wait()
        return factor(unit, into)

    with ThreadPoolExecutor(len(ASKED)) as threads:
        answers = list(threads.map(ask, *zip(*ASKED, strict=True)))
    assert answers == [Decimal(answer) for *_, answer in ASKED]
