"""What a step of "Try it" costs: `python bench/tryout.py`. Each request plays the whole walk, so a long one costs more.

A walk of a year in 60 steps is to answer in under 2 seconds, one of 10 steps in under half a second, once its stage is
made. Exits 1 when it does not.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from engine.settings import SHIPPED_PATHWAYS
from engine.studio.workspace import shipped_texts
from engine.tryout import Happens, Passes, Step, Theatre, Tryout, usual_start

TARGETS = {10: 0.5, 60: 2.0}  # seconds by steps
WEEKS = 52


def main() -> int:
    """Walk two tracks through a year and print what the watched steps cost."""
    sources, theatre = shipped_texts(SHIPPED_PATHWAYS), Theatre()
    missed = [each for track in ("msk", "ckm") for each in _walked(theatre, sources, track)]
    theatre.close()
    for each in missed:
        print(f"missed: {each}")
    return 1 if missed else 0


def _walked(theatre: Theatre, sources: dict[str, str], track: str) -> list[str]:
    with theatre.stage(sources) as place:
        start = usual_start(track, place.names)
    print(f"{track}  the first page, with its stage  {_seconds(theatre, sources, Tryout(start)):6.3f} s")
    steps, missed = _a_year(), []
    for count, target in TARGETS.items():
        took = _seconds(theatre, sources, Tryout(start, tuple(steps[:count])))
        print(f"{track}  step {count:<27} {took:6.3f} s, at most {target} s")
        missed += [f"{track}, step {count}"] if took > target else []
    again = _seconds(theatre, sources, Tryout(start, tuple(steps[: max(TARGETS)])))
    print(f"{track}  the same page once more         {again:6.3f} s")
    return missed


def _a_year() -> list[Step]:
    """Week by week; every sixth week all that is open is done."""
    found: list[Step] = []
    for week in range(1, WEEKS + 1):
        found.append(Passes(f"week {week}", "nothing is done"))
        found += [Happens("everything is done")] if week % 6 == 0 else []
    return found


def _seconds(theatre: Theatre, sources: dict[str, str], walk: Tryout) -> float:
    begun = perf_counter()
    played = theatre.play(sources, walk)
    assert played.fault is None, played.fault
    return perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
