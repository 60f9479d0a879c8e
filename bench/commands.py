"""Commands a second with one and two workers on each database: `python bench/commands.py [--commands N]`.

A command is the completion of a weekly check-in. Beside it stands a bare transaction of two statements, committed on
the same database by as many processes in the same run: the ratio says how many of those a command is worth.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from bench import ground
from engine.application import Engine
from engine.commands import CompleteTask
from tests.engine.builders import DANA, a_case

COMMANDS = 2_000
# A command reads and writes some twelve rows, runs a diagram and chains a record; on a quiet machine with two cores.
MOST_BARE = 25.0


def answer(engine: Engine, tasks: list[tuple[str, dict[str, Any]]]) -> None:
    """Complete the tasks of a share, one after the other."""
    for task_id, data in tasks:
        engine.execute(CompleteTask(task_id, data), actor=DANA)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", type=int, default=COMMANDS, help="of each measurement")
    count = parser.parse_args().commands
    print(f"{'database':<12}{'workers':>8}{'commands/s':>12}{'bare/s':>10}{'ratio':>8}")
    met = [_measured(dialect, workers, count) for dialect in ground.DIALECTS for workers in (1, 2)]
    return 0 if all(met) else 1


def _measured(dialect: str, workers: int, count: int) -> bool:
    with ground.an_engine(dialect) as engine:
        task, data = _check_in(engine)
        ground.multiply(engine, count)
        ground.with_bare_table(engine)
        todo = [(f"p{number}{task[2:]}", data) for number in range(1, count + 1)]
        commands, _ = ground.at_once(engine, [todo[each::workers] for each in range(workers)], answer)
        numbers = list(range(count))
        shares = [numbers[each::workers] for each in range(workers)]
        bare, _ = ground.at_once(engine, shares, ground.bare_transactions)
    met = commands / bare <= MOST_BARE
    print(
        f"{dialect:<12}{workers:>8}{count / commands:>12.0f}{count / bare:>10.0f}{commands / bare:>8.1f}"
        f"{'' if met else f'  MISSED: at most {MOST_BARE:g}'}"
    )
    return met


def _check_in(engine: Engine) -> tuple[str, dict[str, Any]]:
    """The check-in that p1 has open on day 7, and answers to it."""
    case = a_case(engine).at_day(6)
    case.to_day(7)
    task = case.task("pain_checkin")
    return str(task["id"]), case.answers(task)


if __name__ == "__main__":
    sys.exit(main())
