"""Sentences with holes read like sentences."""

from __future__ import annotations

from typing import Any

import pytest

from engine.feel import FeelLimitError, FeelSyntaxError, template, to_feel

FACTS: dict[str, Any] = {"nrs.score": 4.50, "case.name": "Ada", "none": None}


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("Pain is {nrs.score}.", "Pain is 4.5."),
        ("{100 * 10} steps", "1000 steps"),
        ("{1e3} and {1e-7}", "1000 and 0.0000001"),
        ('since {date("2026-01-09")}', "since Fri 9 Jan 2026"),
        ('at {@"2026-01-09T08:05:00Z"}', "at Fri 9 Jan 2026 08:05"),
        ('at {@"08:05:00"}', "at 08:05"),
        ('for {@"P14D"}', "for 14 days"),
        ('for {@"P1DT1H30M"}', "for 1 day 1 hour 30 minutes"),
        ('for {@"P1Y1M"}', "for 1 year 1 month"),
        ('for {@"PT0S"}', "for 0 seconds"),
        ("{none} and {missing}", "unknown and unknown"),
        ("{1 < 2}", "yes"),
        ('{["a", 2]}', "a, 2"),
        ("{{{case.name}}}", "{Ada}"),
        ("{ {a: 1}.a } of }}", "1 of }"),
        ('{"}" + "{"}', "}{"),
        ('{if nrs.score > 4 then "high" else "low"}', "high"),
        ("no holes", "no holes"),
        ("", ""),
    ],
)
def test_a_sentence_prints_values_as_people_write_them(source: str, sentence: str) -> None:
    """Plain digits, short dates, counted durations, yes and no, unknown for null."""
    scope = {name: to_feel(value) for name, value in FACTS.items()}
    assert template(source).render(scope) == sentence


@pytest.mark.parametrize(("source", "position"), [("a {1 +} b", 6), ("a {1", 2), ("a } b", 2), ("a {} b", 3)])
def test_a_broken_hole_is_refused_by_its_place_in_the_sentence(source: str, position: int) -> None:
    """Positions count from the start of the sentence, not of the hole."""
    with pytest.raises(FeelSyntaxError) as refusal:
        template(source)
    assert refusal.value.position == position


def test_a_sentence_lists_the_facts_and_functions_of_its_holes() -> None:
    """A linter sees what every hole reads."""
    sentence = template("{nrs.score} of {count(pf6b.history)}")
    assert sentence.names == {"nrs.score", "pf6b.history"}
    assert sentence.called == {"count"}


def test_the_holes_of_a_sentence_share_one_budget() -> None:
    """Many costly holes do not add up to endless work."""
    with pytest.raises(FeelLimitError):
        template("{count(for i in 1..9000 return i)}" * 10).render({})


def test_a_sentence_is_no_longer_than_a_string_may_be() -> None:
    """Many long holes do not add up to an endless sentence."""
    with pytest.raises(FeelLimitError):
        template("{s}" * 20).render({"s": "x" * 9_000})
