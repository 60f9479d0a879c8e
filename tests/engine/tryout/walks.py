"""Walks for tests: a patient who enters the small track, and what may happen to her."""

from __future__ import annotations

from typing import Any

from engine.tryout import Happens, Passes, Start, Step, Tryout

START = Start("msk", {"patient": {"name": "Eve Moss", "age": 80}, "begins": "2026-07-06", "aligned": "2026-07-06"}, {})


def a_walk(*steps: Step) -> Tryout:
    return Tryout(START, steps)


def answered(element: str, **data: Any) -> Happens:
    return Happens({"answer": element, **({"with": data} if data else {})})


def until(moment: str, meanwhile: str = "nothing is done") -> Passes:
    return Passes(moment, meanwhile)
