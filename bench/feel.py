"""What one evaluation of a condition costs, ours beside other evaluators for Python: `python bench/feel.py [--json]`.

Every library is given the same data and must give the same answers, on a patient for whom the condition holds and on
one for whom it does not. Microseconds are the best of several repeats. Exits 1 when an answer differs or when ours
is not under its target. A library that is not installed is named; they are in the dev extra.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from timeit import repeat
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from engine.feel import compile_expression, compile_unary_tests, to_feel

MOST_MICROSECONDS = 10.0  # for ours, on the condition
REPEATS = 7
SECONDS_A_REPEAT = 0.02

CONDITION = 'nrs.score >= 4 and case.day > 28 and status = "active"'
IN_PAIN = {"nrs": {"score": 6}, "case": {"day": 40}, "status": "active"}
BETTER = {"nrs": {"score": 3}, "case": {"day": 40}, "status": "active"}
VISITS = {
    "visits": [{"week": week, "score": 10 - week} for week in range(1, 11)],
    "aligned_on": compile_expression('@"2026-01-05"').evaluate({}),
}

Run = Callable[[], object]
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of something takes."""

    name: str
    microseconds: float


class WrongAnswer(Exception):
    """A library that answers otherwise does not do the same work, and its time says nothing."""


def ours(data: Data) -> Run:
    expression, scope = compile_expression(CONDITION), to_feel(data)
    return lambda: expression.evaluate(scope)


def simpleeval(data: Data) -> Run:
    from simpleeval import SimpleEval

    source, evaluator = CONDITION.replace(" = ", " == "), SimpleEval(names=data)
    return lambda: evaluator.eval(source)


def simpleeval_parsed(data: Data) -> Run:
    from simpleeval import SimpleEval

    source, evaluator = CONDITION.replace(" = ", " == "), SimpleEval(names=data)
    tree = evaluator.parse(source)
    return lambda: evaluator.eval(source, previously_parsed=tree)


def bkflow(data: Data) -> Run:
    from bkflow_feel.api import parse_expression

    return lambda: parse_expression(CONDITION, data)


def bkflow_parsed(data: Data) -> Run:
    from bkflow_feel import parser, transformer

    tree = transformer.transform(parser.parse(CONDITION))
    return lambda: tree.evaluate(data)


def pysfeel(data: Data) -> Run:
    from pySFeel import SFeelParser

    parser = SFeelParser()
    for name, value in flat(data):
        parser.sFeelParse(f"{name} <- {json.dumps(value)}")
    # It takes `and` between comparisons only when they stand in brackets.
    source = " and ".join(f"({part})" for part in CONDITION.split(" and "))
    return lambda: parser.sFeelParse(source)[1]


def flat(data: Data) -> Iterator[tuple[str, object]]:
    """The data by dotted names: `nrs.score`."""
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{member}", held) for member, held in value.items())
        else:
            yield name, value


CONTENDERS: dict[str, Callable[[Data], Run]] = {
    "ours, compiled": ours,
    "simpleeval, tree kept": simpleeval_parsed,
    "simpleeval": simpleeval,
    "bkflow-feel, tree kept": bkflow_parsed,
    "bkflow-feel": bkflow,
    "pySFeel": pysfeel,
}


def our_other_work() -> Iterator[tuple[str, Run]]:
    """What else an installation does all day, with a name for each."""
    number = count()
    # A text that was compiled before is remembered, so each has a comment of its own.
    condition, facts = compile_expression(CONDITION), to_feel(dict(flat(IN_PAIN)))
    yield "the condition over facts by dotted names, as the engine has them", lambda: condition.evaluate(facts)
    yield "compile the condition", lambda: compile_expression(f"{CONDITION} // {next(number)}")
    cell, score = compile_unary_tests("[4..7)"), to_feel(6)
    yield "decision table cell [4..7)", lambda: cell.holds(score, {})
    scope = to_feel(VISITS)
    for source in ("visits[score >= 7].week", 'aligned_on + @"P60D" > @"2026-03-01"'):
        expression = compile_expression(source)
        yield source, lambda expression=expression: expression.evaluate(scope)


def cost(name: str, run: Run) -> Cost:
    """The best of several repeats, each of as many runs as take a while."""
    once = min(repeat(run, number=1, repeat=REPEATS))
    number = max(1, int(SECONDS_A_REPEAT / once))
    return Cost(name, min(repeat(run, number=number, repeat=REPEATS)) / number * 1e6)


def compared() -> tuple[list[Cost], list[str]]:
    """The cost of each library that is installed, and the names of those that are not."""
    costs, missing = [], []
    for name, prepared in CONTENDERS.items():
        try:
            run = prepared(IN_PAIN)
        except ImportError:
            missing.append(name)
            continue
        answers = [run(), prepared(BETTER)()]
        if answers != [True, False]:
            raise WrongAnswer(f"{name} answers {answers} where [True, False] is right; its time would say nothing")
        costs.append(cost(name, run))
    return costs, missing


def report() -> dict[str, Any]:
    costs, missing = compared()
    first = costs[0].microseconds
    return {
        "condition": CONDITION,
        "target_microseconds": MOST_MICROSECONDS,
        "met": first < MOST_MICROSECONDS,
        "libraries": [{**asdict(each), "times_ours": each.microseconds / first} for each in costs],
        "missing": missing,
        "ours": [asdict(cost(name, run)) for name, run in our_other_work()],
    }


def print_table(found: dict[str, Any]) -> None:
    print(f"{found['condition']:<66}{'µs':>9}{'× ours':>9}")
    for row in found["libraries"]:
        print(f"  {row['name']:<64}{row['microseconds']:>9.2f}{row['times_ours']:>9.1f}")
    for name in found["missing"]:
        print(f"  {name:<64}  not installed: make .venv/.made/dev")
    print("ours besides")
    for row in found["ours"]:
        print(f"  {row['name']:<64}{row['microseconds']:>9.2f}")
    print(f"target: ours under {found['target_microseconds']:g} µs, {'met' if found['met'] else 'MISSED'}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    as_json = parser.parse_args().json
    try:
        found = report()
    except WrongAnswer as wrong:
        print(wrong, file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print_table(found)
    return 0 if found["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
