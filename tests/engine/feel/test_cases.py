"""What the standard says of FEEL, chapter by chapter: each line of `cases/*.feel` is what our engine answers."""

from __future__ import annotations

import pytest

from engine.feel import to_text
from tests.engine.feel.cases.case_file import REFUSED, Case, all_cases, refused

CASES = list(all_cases())


@pytest.mark.parametrize("case", CASES, ids=[case.line for case in CASES])
def test_an_expression_gives_what_the_standard_says(case: Case) -> None:
    """Values are compared by their FEEL literal, so numbers, kinds and nulls are exact."""
    if case.expected == REFUSED:
        assert refused(case)
    else:
        assert to_text(case.answer()) == to_text(case.expected_value())


def test_no_case_is_written_twice() -> None:
    """A line says something once, so that a difference has one place to be argued about."""
    assert len({(case.line, case.facts.written) for case in CASES}) == len(CASES)
