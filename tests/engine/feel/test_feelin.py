"""Our cases put to feelin, which FEEL editors in browsers use: it answers as we do, or the difference has a reason."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from cli.feel_values import to_json
from engine.feel import FeelError, to_text
from tests.engine.feel.cases.case_file import FOLDER, REFUSED, Case, Facts, all_cases, documented_cases
from tests.engine.feel.cases.likeness import answer_text, same

ROOT: Final = Path(__file__).parents[3]
GROUPS: Final = yaml.safe_load((FOLDER / "feelin-differences.yaml").read_text(encoding="utf-8"))
KNOWN: Final = {
    known["expression"]: (known["ours"], known["feelin"]) for group in GROUPS for known in group["differences"]
}

pytestmark = pytest.mark.skipif(
    not (ROOT / "node_modules" / "feelin").is_dir(), reason="no node_modules/feelin: run `make node_modules/.made`"
)


def test_feelin_differs_only_where_the_reason_is_written_down() -> None:
    """A new difference is either a fault of ours or a line of `feelin-differences.yaml`."""
    new = [
        f"{question}: ours {pair[0]}, feelin {pair[1]}"
        for question, pair in differences().items()
        if KNOWN.get(question) != pair
    ]
    assert not new, "\n".join(["not in feelin-differences.yaml:", *new])


def test_a_difference_that_is_written_down_is_one_still() -> None:
    """What feelin or we have mended since leaves the file."""
    gone = [question for question in KNOWN if question not in differences()]
    assert not gone, "\n".join(["no difference any more; take it out of feelin-differences.yaml:", *gone])


@pytest.mark.parametrize("group", GROUPS, ids=[group["title"] for group in GROUPS])
def test_a_group_of_differences_says_why_and_who_follows_the_standard(group: dict[str, Any]) -> None:
    """Each group can be read by somebody who has to decide whether it matters."""
    assert group["reason"].strip()
    assert group["follows_the_standard"] in ("ours", "feelin", "both", "neither")


@cache
def differences() -> dict[str, tuple[str, str]]:
    """What both answer, for each case on which they differ."""
    cases = {case.question: case for case in (*all_cases(), *documented_cases())}
    theirs = feelin_answers(list(cases.values()))
    pairs = {question: (our_answer(case), theirs[question]) for question, case in cases.items()}
    return {question: pair for question, pair in pairs.items() if not same(*pair)}


def our_answer(case: Case) -> str:
    try:
        return to_text(case.answer())
    except FeelError:
        return REFUSED


def feelin_answers(cases: list[Case]) -> dict[str, str]:
    """What feelin answers to each case, asked in one process."""
    asked = "\n".join(json.dumps(request(number, case)) for number, case in enumerate(cases))
    command = ["tools/with-node", "node", "tests/engine/feel/feelin.mjs"]
    run = subprocess.run(command, cwd=ROOT, input=asked, capture_output=True, text=True, check=True, timeout=60)
    answers = {answer["id"]: answer for answer in map(json.loads, run.stdout.splitlines())}
    return {case.question: feelin_text(case, answers[number]) for number, case in enumerate(cases)}


def request(number: int, case: Case) -> dict[str, Any]:
    asked = {"id": number, "expression": case.source, "context": context_of(case.facts)}
    return asked if case.tests is None else {**asked, "tests": case.tests}


@cache
def context_of(facts: Facts) -> dict[str, Any]:
    """The facts as feelin takes them: `nrs.score` is an entry of a context."""
    nested: dict[str, Any] = {}
    for name, value in facts.values.items():
        *path, last = name.split(".")
        inner = nested
        for step in path:
            inner = inner.setdefault(step, {})
        inner[last] = value
    document: dict[str, Any] = to_json(nested)
    return document


def feelin_text(case: Case, answer: dict[str, Any]) -> str:
    text = answer_text(answer)
    # A cell accepts or does not: to a table null and false are one.
    return text if case.tests is None or text in ("true", REFUSED) else "false"
