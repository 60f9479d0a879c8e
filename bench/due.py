"""Many cases due in one minute, and a tick that finds nothing due: `python bench/due.py [--due N] [--waiting N]`.

Drains the due ones with one worker on SQLite and two on PostgreSQL, and checks that every one ran once and that each
worker took them in the order in which they were due. Beside it: bare transactions of two statements, committed by as
many processes; beside the idle tick: one query of one row by its key.
"""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from sqlalchemy import event, text

from bench import ground
from engine.application import Engine
from engine.clock import SetClock
from engine.commands import AnyCommand, FireTimers, Outcome
from engine.ticking import TickResult
from tests.engine.builders import Case, a_case

DUE, WAITING = 10_000, 100_000
LEAST_A_SECOND = 300.0
MOST_IDLE_MILLISECONDS = 5.0
WORKERS = {"sqlite": 1, "postgresql": 2}
_IDLE_TICKS = 200


def drain(engine: Engine, _share: list[Any]) -> tuple[list[str], float]:
    """Tick until nothing is due; the cases in the order in which they were claimed, and the seconds it took."""
    claimed: list[str] = []
    carry_out = engine.carry_out

    def noted(connection: Any, command: AnyCommand, **rest: Any) -> Outcome:
        assert isinstance(command, FireTimers)
        claimed.append(command.case_id)
        return carry_out(connection, command, **rest)

    engine.carry_out = noted  # type: ignore[method-assign]
    begun = perf_counter()
    done = engine.tick()
    assert done.failed == (), done
    return claimed, perf_counter() - begun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--due", type=int, default=DUE)
    parser.add_argument("--waiting", type=int, default=WAITING)
    given = parser.parse_args()
    met = [_drained(dialect, given.due) for dialect in ground.DIALECTS]
    met += [_idle(dialect, given.waiting) for dialect in ground.DIALECTS]
    return 0 if all(met) else 1


def _waiting_case(engine: Engine) -> Case:
    """A patient whose check-in of week 1 comes due next, nothing open."""
    return a_case(engine).at_day(6)


def _drained(dialect: str, count: int) -> bool:
    workers = WORKERS[dialect]
    with ground.an_engine(dialect) as engine:
        case = _waiting_case(engine)
        ground.multiply(engine, count)
        ground.with_bare_table(engine)
        due = _due(engine)
        assert isinstance(engine.clock, SetClock)
        engine.clock.instant = case.row["next_due"] + timedelta(minutes=1)
        took, claims = ground.at_once(engine, [[] for _ in range(workers)], drain)
        numbers = list(range(count))
        bare, _ = ground.at_once(engine, [numbers[n::workers] for n in range(workers)], ground.bare_transactions)
        faults = _faults(due, [claimed for claimed, _ in claims])
    faults += [] if count / took >= LEAST_A_SECOND else [f"at least {LEAST_A_SECOND:g}/s"]
    print(
        f"{dialect}: {count} cases due in one minute, {workers} worker(s): {took:.1f} s, "
        f"{count / took:.0f} commands/s; bare {count / bare:.0f}/s, ratio {took / bare:.1f}"
    )
    return _told(faults)


def _due(engine: Engine) -> dict[str, Any]:
    with engine.db.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(text("SELECT id, next_due FROM cases"))}


def _faults(due: dict[str, Any], claims: list[list[str]]) -> list[str]:
    """Whether each case ran once, and each worker took its own in the order they were due."""
    everything = [each for claimed in claims for each in claimed]
    faults = [] if sorted(everything) == sorted(due) else ["every case once"]
    in_order = all([due[each] for each in claimed] == sorted(due[each] for each in claimed) for claimed in claims)
    return faults + ([] if in_order else ["in due order"])


def _idle(dialect: str, count: int) -> bool:
    with ground.an_engine(dialect) as engine:
        _waiting_case(engine)
        ground.multiply(engine, count, bare=True)
        asked: list[str] = []
        event.listen(engine.db._engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        assert engine.tick() == TickResult(0, 0, ())
        reads = [each for each in asked if each.startswith("SELECT")]
        idle = _milliseconds(engine.tick)
        one = _milliseconds(lambda: _one_row(engine))
    faults = [] if idle < MOST_IDLE_MILLISECONDS else [f"under {MOST_IDLE_MILLISECONDS:g} ms"]
    faults += [] if len(reads) == 1 and "min(cases.next_due)" in reads[0] else ["read no case"]
    print(
        f"{dialect}: {count} cases wait: an idle tick {idle:.2f} ms, one query of the index; "
        f"one row by its key {one:.2f} ms, ratio {idle / one:.1f}"
    )
    return _told(faults)


def _one_row(engine: Engine) -> None:
    with engine.db.reading() as connection:
        connection.execute(text("SELECT id FROM cases WHERE id = 'p1-msk-1'")).all()


def _milliseconds(work: Any) -> float:
    taken = []
    for _ in range(_IDLE_TICKS):
        begun = perf_counter()
        work()
        taken.append(1000 * (perf_counter() - begun))
    return median(taken)


def _told(faults: list[str]) -> bool:
    for fault in faults:
        print(f"  MISSED: {fault}")
    return not faults


if __name__ == "__main__":
    sys.exit(main())
