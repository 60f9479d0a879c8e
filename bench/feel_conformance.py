"""How much of the DMN Technology Compatibility Kit's FEEL we answer as it says: `feel_conformance.py CASES.jsonl`.

A line of the file is `{"id", "suite", "expression", "data", "expected", "error"}`, values typed as `throughline feel
--batch` writes them; `error` says that an error or null is right. Numbers are equal within 1e-9 of each other.
Prints each case that is answered otherwise, the figure by suite where it is not whole, and the figure of all.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from cli.feel import with_clock
from cli.feel_values import from_json, to_json
from engine.feel import FeelError, compile_expression, long_names

NEAR = Decimal("1e-9")


def main() -> int:
    """Exit code 0 when at least the wanted share is right."""
    options = _options()
    right: Counter[str] = Counter()
    all_: Counter[str] = Counter()
    for case in _cases(options.cases):
        all_[case["suite"]] += 1
        answer = _answer(case)
        if _is_right(case, answer):
            right[case["suite"]] += 1
        elif not options.quiet:
            print(f"{case['id']}\n    {case['expression']}\n    expected {case['expected']!r}, got {answer!r}")
    for suite in sorted(all_):
        if right[suite] < all_[suite]:
            print(f"{suite}: {right[suite]} of {all_[suite]}")
    share = right.total() / all_.total()
    print(f"{right.total()} of {all_.total()} cases right: {share:.1%} (at least {options.at_least:.0%} wanted)")
    return 0 if share >= options.at_least else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--at-least", type=float, default=0.97, help="the share that must be right")
    parser.add_argument("--quiet", action="store_true", help="only the figures")
    return parser.parse_args()


def _cases(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _answer(case: dict[str, Any]) -> Any:
    try:
        scope = from_json({"context": case["data"]})
        assert isinstance(scope, dict)
        compiled = compile_expression(case["expression"], names=frozenset(long_names(scope)))
        return to_json(compiled.evaluate(with_clock(scope)))
    except FeelError as error:
        return {"error": error.message}


def _is_right(case: dict[str, Any], answer: Any) -> bool:
    refused = isinstance(answer, dict) and "error" in answer
    if case["error"] and (refused or answer is None):
        return True
    return not refused and _same(case["expected"], answer)


def _same(expected: Any, answer: Any) -> bool:
    if isinstance(expected, list) and isinstance(answer, list):
        return len(expected) == len(answer) and all(map(_same, expected, answer))
    if not isinstance(expected, dict) or not isinstance(answer, dict) or expected.keys() != answer.keys():
        return type(expected) is type(answer) and expected == answer
    ((kind, held),) = expected.items()
    given = answer[kind]
    if kind == "context":
        return held.keys() == given.keys() and all(_same(held[key], given[key]) for key in held)
    if kind == "number":
        return _near(held, given)
    if kind == "duration":  # the kit writes the same duration as P0D, PT0S and P0Y
        return from_json(expected) == from_json(answer)
    return bool(held == given)


def _near(expected: str, answer: str) -> bool:
    try:
        return abs(Decimal(expected) - Decimal(answer)) <= NEAR
    except InvalidOperation:
        return False


if __name__ == "__main__":
    sys.exit(main())
