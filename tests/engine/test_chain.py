"""What an entry's text holds: values as FEEL writes them, and what earlier releases wrote still has its hash."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.chain import FIRST, canonical, entry_hash
from engine.feel import Value, YearsMonths, compile_expression


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        (Decimal("4.50"), 4.5),
        (Decimal("1E+2"), 100),
        (date(2026, 1, 13), "2026-01-13"),
        (timedelta(days=14), "P14D"),
        (timedelta(hours=-12), "-PT12H"),
        (YearsMonths(15), "P1Y3M"),
        (time(9, 30), "09:30:00"),
        ([timedelta(days=1)], ["P1D"]),
        (compile_expression("[1..3]").evaluate({}), "[1..3]"),
    ],
)
def test_a_value_is_recorded_as_feel_writes_it(value: Value, written: Any) -> None:
    """Durations as ISO 8601 has them, never as Python shows them."""
    assert json.loads(canonical({"read": value})) == {"read": written}


def test_an_entry_of_an_earlier_release_keeps_its_hash() -> None:
    """Hashed is the text that was stored, also where durations would be written differently today."""
    entry = {
        "case_id": "p1-msk-1",
        "seq": 7,
        "at": datetime(2026, 1, 13, 14, 0, tzinfo=UTC),
        "actor": "clock",
        "kind": "rule.matched",
        "command": 3,
        "task_id": None,
        "process_id": "p1-msk-1",
        "element_id": "rule",
        "element_name": "Rule",
        "version": "v",
        "summary": "Grade: row 1",
        "detail": '{"inputs":{"Within":"14 days, 0:00:00"}}',
        "prev_hash": FIRST,
    }
    assert entry_hash(entry) == "8bfd3ed7f76cd701981f7aef63a6d81ef9d81b56f0cd38faed51b83ecee3fcc0"
