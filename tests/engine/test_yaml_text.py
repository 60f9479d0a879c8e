"""Reading YAML: whatever was written is a value or one error with its line, and never the end of the process."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from engine.yaml_text import read_yaml

GROWS = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"l{level}: &l{level} [{', '.join([f'*l{level - 1}'] * 10)}]\n" for level in range(1, 9)
)


def test_a_form_s_values_are_read_as_their_kinds() -> None:
    """Words, numbers and days."""
    assert read_yaml("a: [1, 2.5, yes, 2026-02-28, x]") == {"a": [1, 2.5, True, date(2026, 2, 28), "x"]}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nminimum: 2026-02-30", 2, "'2026-02-30' is no date"),
        ("a: 1\nb: 0b_", 2, "'0b_' is no number"),
        ("a: " + "9" * 5000, 1, "is no number"),
        ("a: 1" + ":1" * 300 + ".5", 1, "is no number"),
        ("a: !!bool perhaps", 1, "'perhaps' is no yes or no"),
        ("a: 2001-12-14t21:59:43-99:00", 1, "is no date"),
        ("a: 1\nb: \ud800", None, "line 2 holds a sign that is no text"),
        ("a: " + "[" * 900_000, 1, "nested too deep"),
        ("- " * 900_000, 1, "nested too deep"),
        ("a: &a [*a]", None, "nested too deep"),
        (GROWS, None, "stands for more than 100,000 values"),
        ("a: &a {b: 1}\nc:\n  <<: [*a, *a]", 3, "'<<' is not read"),
    ],
)
def test_what_cannot_be_read_is_one_error_with_its_line(text: str, line: int | None, words: str) -> None:
    """Whatever PyYAML would let out of it: a ValueError, an endless list, a fall of the whole process."""
    with pytest.raises(yaml.error.MarkedYAMLError) as failed:
        read_yaml(text)
    assert words in str(failed.value.problem)
    assert (failed.value.problem_mark.line + 1 if failed.value.problem_mark else None) == line
