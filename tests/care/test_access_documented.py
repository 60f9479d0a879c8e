"""Every rule of the ACCESS clockwork that a pathway or a person may name stands in its page of the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from care.access import CASE_DATES, FRESHNESS_DATES, AccessRules
from care.deadline_texts import DEADLINES
from care.eligibility import EligibilityCode

PAGE = (Path(__file__).parents[2] / "docs" / "access.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*CASE_DATES, *FRESHNESS_DATES, *DEADLINES, *get_args(EligibilityCode)])
def test_every_name_is_documented(name: str) -> None:
    """docs/access.md has the name as code."""
    assert f"`{name}`" in PAGE


def test_every_notice_and_configured_number_is_documented(rules: AccessRules) -> None:
    """CMS's event types, and the tables' day counts as they are configured."""
    assert all(f"`{event}`" in PAGE for event in rules.notices)
    numbers = [rules.baseline.closes, rules.quarterly.opens, rules.quarterly.closes, rules.lock_in.days]
    assert all(f" {number} " in PAGE for number in numbers)
