"""What starting a case costs on each database: `python bench/start.py [--cases N]`.

Milliseconds of a start by one process, beside a bare transaction of two statements in the same run.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from bench import ground
from engine.application import Engine
from engine.commands import StartCase
from engine.store.patients import add_patient
from tests.engine.builders import DANA

CASES = 500
WARM = 10  # starts before the first that is measured
MOST_MILLISECONDS = 25.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    count = parser.parse_args().cases
    print(f"{'database':<12}{'start, ms':>10}{'p95':>8}{'bare, ms':>10}{'ratio':>8}")
    met = [_measured(dialect, count) for dialect in ground.DIALECTS]
    return 0 if all(met) else 1


def _measured(dialect: str, count: int) -> bool:
    with ground.an_engine(dialect) as engine:
        ground.with_bare_table(engine)
        people = [_patient(engine, number) for number in range(count + WARM)]
        starts, bare = [], []
        for number, patient in enumerate(people):
            begun = perf_counter()
            engine.execute(StartCase(patient, "msk"), actor=DANA)
            done = perf_counter()
            ground.bare_transactions(engine, [number])
            starts.append(1000 * (done - begun))
            bare.append(1000 * (perf_counter() - done))
    taken, beside = sorted(starts[WARM:]), median(bare[WARM:])
    middle, slow = median(taken), taken[int(0.95 * len(taken))]
    met = middle <= MOST_MILLISECONDS
    print(
        f"{dialect:<12}{middle:>10.1f}{slow:>8.1f}{beside:>10.2f}{middle / beside:>8.1f}"
        f"{'' if met else f'  MISSED: at most {MOST_MILLISECONDS:g} ms'}"
    )
    return met


def _patient(engine: Engine, number: int) -> str:
    with engine.db.writing() as connection:
        return add_patient(
            connection, name=f"Patient {number}", birth_date=date(1950, 3, 1), now=engine.clock.now(), pcp="Dr. Bell"
        )


if __name__ == "__main__":
    sys.exit(main())
