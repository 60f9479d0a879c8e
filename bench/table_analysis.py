"""What finding the overlaps and gaps of a decision table costs: `python bench/table_analysis.py [--quick]`.

Three manners of table, each of 10, 100 and 500 rows with 4 and 8 columns: one that splits every case into exactly one
row (UNIQUE), one whose rows are random ranges above a last row of dashes (FIRST), and the same rows without that last
one, which has gaps everywhere. Exits 1 when one takes longer than the target.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from engine.dmn import DecisionTable, HitPolicy, Input, Output, Rule
from engine.dmn.completeness import Analysis, analyse
from engine.dmn.types import BASE_TYPES
from engine.feel import compile_expression, compile_unary_tests

SECONDS = 10.0  # for any table; most take far less
_TOP = 1000
_Box = list[tuple[int, int]]


def a_table(boxes: list[_Box], policy: HitPolicy, last: bool) -> DecisionTable:
    """A table with a row for each box of half-open ranges; a column's whole range is a dash."""
    inputs = tuple(_input(number) for number in range(len(boxes[0])))
    rows = [[_cell(*ends) for ends in box] for box in boxes] + [["-"] * len(boxes[0])] * last
    rules = [
        Rule(f"r{index}", index, tuple(map(compile_unary_tests, row)), (compile_expression(str(index)),), "")
        for index, row in enumerate(rows, 1)
    ]
    return DecisionTable("t", "t", policy, inputs, (Output("o", "", (), None),), tuple(rules))


def _input(number: int) -> Input:
    allowed = compile_unary_tests(f"[0..{_TOP})")
    return Input(f"C{number}", compile_expression(f"c{number}"), "number", allowed, BASE_TYPES["number"])


def _cell(low: int, high: int) -> str:
    return "-" if (low, high) == (0, _TOP) else f"[{low}..{high})"


def split(rows: int, columns: int, random: Random) -> DecisionTable:
    """Boxes that fill the space: one is cut in two again and again."""
    boxes: list[_Box] = [[(0, _TOP)] * columns]
    while len(boxes) < rows:
        box = boxes.pop(random.randrange(len(boxes)))
        column = random.randrange(columns)
        low, high = box[column]
        middle = random.randint(low + 1, high - 1) if high - low > 1 else high
        parts = [(low, middle), (middle, high)] if middle < high else [(low, high)]
        boxes += [[*box[:column], part, *box[column + 1 :]] for part in parts]
    return a_table(boxes, HitPolicy.UNIQUE, last=False)


def _ranges(rows: int, columns: int, random: Random) -> list[_Box]:
    def one() -> tuple[int, int]:
        low, high = sorted(random.sample(range(_TOP + 1), 2))
        return (0, _TOP) if random.random() < 0.3 else (low, high)

    return [[one() for _ in range(columns)] for _ in range(rows)]


def closed(rows: int, columns: int, random: Random) -> DecisionTable:
    """Random ranges above a last row of dashes, read from the top."""
    return a_table(_ranges(rows - 1, columns, random), HitPolicy.FIRST, last=True)


def holed(rows: int, columns: int, random: Random) -> DecisionTable:
    """Random ranges, read from the top, with gaps between them."""
    return a_table(_ranges(rows, columns, random), HitPolicy.FIRST, last=False)


MANNERS: tuple[Callable[[int, int, Random], DecisionTable], ...] = (split, closed, holed)


def measured(table: DecisionTable) -> tuple[float, Analysis]:
    """The seconds of one analysis, and what it found."""
    start = perf_counter()
    analysis = analyse(table)
    return perf_counter() - start, analysis


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="no tables of 500 rows")
    sizes = (10, 100) if parser.parse_args().quick else (10, 100, 500)
    print(f"{'table':<10}{'rows':>6}{'columns':>9}{'seconds':>9}{'gaps':>6}{'unreached':>11}  complete")
    worst = 0.0
    for manner in MANNERS:
        for rows in sizes:
            for columns in (4, 8):
                seconds, found = measured(manner(rows, columns, Random(1)))
                worst = max(worst, seconds)
                counts = f"{len(found.gaps):>6}{len(found.unreached):>11}  {'yes' if found.complete else 'no'}"
                print(f"{manner.__name__:<10}{rows:>6}{columns:>9}{seconds:>9.2f}{counts}")
    print(f"{worst:>8.2f}  seconds at most{'' if worst <= SECONDS else '  MISSED'}")
    return 0 if worst <= SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
