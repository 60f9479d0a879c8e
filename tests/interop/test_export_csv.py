"""The CSV export: any reader gets back what was recorded, and no spreadsheet runs anything in it."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Engine
from interop.exports.as_csv import _cell, facts_csv, history_csv, neutral, tasks_csv
from tests.engine.builders import on_sqlite
from tests.interop.exported import a_told_case, record_of


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode(), newline=""), strict=True))


@on_sqlite
def test_every_row_comes_back(engine: Engine) -> None:
    """As many lines as entries, tasks and facts, with the hashes; RFC 4180: CRLF, quotes doubled."""
    case = a_told_case(engine)
    record = record_of(case)
    history = read(history_csv(record))
    assert [row["hash"] for row in history] == [entry["hash"] for entry in case.history()]
    assert [row["id"] for row in read(tasks_csv(record))] == [task["id"] for task in case.tasks()]
    assert [row["name"] for row in read(facts_csv(record))] == [fact["name"] for fact in case.facts()]
    assert history_csv(record).count(b"\r\n") >= len(history) + 1
    assert case.id in history[0]["case_id"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\u3000=1",
        "\u200b=1",
        "\ufeff=1",
        "＝1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        " \t ＝cmd|' /C calc'!A0",
        "\tplain",
    ],
)
def test_a_formula_is_made_a_text(text: str) -> None:
    """An apostrophe stands before it, whatever blanks or unseen signs were meant to hide it."""
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "knee", "a=b", "5-6 days", "'=1", "é", " knee"])
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


@pytest.mark.parametrize(
    ("value", "cell"),
    [(-3, "-3"), (-2.5, "-2.5"), (Decimal("-1.0"), "-1.0"), (True, "true"), ("-3", "'-3"), (["="], '["="]')],
)
def test_a_number_below_zero_stays_a_number(value: object, cell: str) -> None:
    """A value that is a number is no formula; the same as a text is not trusted."""
    assert _cell(value) == cell


@given(st.text())
def test_no_text_begins_a_formula(text: str) -> None:
    """Whatever somebody writes into a note."""
    begins = neutral(text).lstrip()
    assert not begins.startswith(tuple("=+-@＝＋－＠"))
