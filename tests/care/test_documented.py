"""Every shipped instrument and scoring rule stands in the documentation."""

from __future__ import annotations

from pathlib import Path

from care.instruments import Instrument
from care.scoring import RULES

DOCUMENT = (Path(__file__).parents[2] / "docs" / "instruments.md").read_text(encoding="utf-8")


def test_every_instrument_has_its_line_in_both_tables(instruments: dict[str, Instrument]) -> None:
    """What it is, and whose it is and where its scoring comes from."""
    assert {name: DOCUMENT.count(f"\n| `{name}` |") >= 2 for name in instruments} == dict.fromkeys(
        instruments, True
    )


def test_every_instrument_that_may_miss_items_is_listed_with_how_many(
    instruments: dict[str, Instrument],
) -> None:
    """The number of items that may stay unanswered is documented where it is not none."""
    section = DOCUMENT.split("## Unanswered items")[1].split("##")[0]
    for name, each in instruments.items():
        allowed = each.scoring.missing_allowed
        line = f"| `{name}` | {allowed} of {len(each.items)}"
        assert (line in section) is (allowed > 0)


def test_every_scoring_rule_is_explained() -> None:
    """A rule that a file may name is in the table of rules."""
    section = DOCUMENT.split("## Writing an instrument file")[1]
    assert all(f"\n| `{rule}` |" in section for rule in RULES)
