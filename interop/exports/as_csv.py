"""A case's history, tasks and facts as tables that a spreadsheet opens without running anything in them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any
from unicodedata import category

from interop.exports.case_record import CaseRecord, Row

HISTORY = (
    "case_id",
    "seq",
    "at",
    "actor",
    "kind",
    "command",
    "task_id",
    "process_id",
    "element_id",
    "element_name",
    "version",
    "summary",
    "detail",
    "prev_hash",
    "hash",
)
TASKS = (
    "id",
    "case_id",
    "element_id",
    "element_name",
    "kind",
    "title",
    "why",
    "form",
    "role",
    "priority",
    "opens_on",
    "due_on",
    "closes_on",
    "status",
    "assignee",
    "attempts",
    "created_at",
    "done_at",
    "done_by",
    "occurred_on",
    "late_reason",
)
FACTS = ("case_id", "seq", "name", "type", "value", "unit", "effective_at", "recorded_at", "source", "command")

# What makes a spreadsheet take a cell for a formula (OWASP, CSV Injection), and the full-width twins of these signs,
# which some read alike.
_STARTS = frozenset("=+-@＝＋－＠")
_CONTROLS = ("\t", "\r", "\n", "\0")
# Blanks, and signs that nobody sees, are skipped before them.
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
# Spreadsheets take a file for UTF-8 when it begins with this mark.
MARK = "\ufeff".encode()


def history_csv(record: CaseRecord) -> bytes:
    """One line an entry, with its hashes."""
    return _written(HISTORY, record.history)


def tasks_csv(record: CaseRecord) -> bytes:
    """One line a task."""
    return _written(TASKS, record.tasks)


def facts_csv(record: CaseRecord) -> bytes:
    """One line a fact; a value that is a list stands as JSON."""
    return _written(FACTS, record.facts)


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: where one would, an apostrophe stands before it."""
    if text.startswith(_CONTROLS):
        return f"'{text}"
    first = next((each for each in text if category(each) not in _UNSEEN), "")
    return f"'{text}" if first in _STARTS else text


def _written(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    out = StringIO(newline="")
    # RFC 4180: lines end with CRLF, quotes are doubled. All is quoted, so that a separator cannot begin a new cell.
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)  # a number is no formula, also below zero
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return neutral(value)
    return neutral(json.dumps(value, ensure_ascii=False))
