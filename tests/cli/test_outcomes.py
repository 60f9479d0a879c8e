"""`throughline outcomes`: who reaches their targets, and what that earns."""

from __future__ import annotations

from engine.store.database import Database
from tests.cli.conftest import Throughline
from tests.worklists.many_years import GOOD, NEARLY, Years


def with_a_year(throughline: Throughline, db: Database) -> None:
    """One of MSK who has met the targets, one nearly, on 1 October."""
    throughline("clock", "set", "2026-10-01T14:00:00Z")
    years = Years(db)
    years.add("Ada Long", "msk", GOOD)
    years.add("Bea Short", "msk", NEARLY)


def test_a_track_is_told_with_its_money(sandbox: Throughline, db: Database) -> None:
    """Counts by state, the rate, what is missing, what is earned."""
    with_a_year(sandbox, db)
    found = sandbox.json("outcomes", "--substitute-spend", "0.72")
    (msk,) = found["tracks"]
    assert (found["year"], found["threshold"]) == (2026, 0.5)
    assert {name: msk[name] for name in ("patients", "met", "on_course", "rate", "missing_to_threshold")} == {
        "patients": 2, "met": 1, "on_course": 1, "rate": 0.5, "missing_to_threshold": 0,
    }  # fmt: skip
    assert (msk["medicare"], msk["adjustment"], msk["adjustment_because"]) == (288, 0.2, "spend")
    assert msk["earned"] == 230.4


def test_the_patients_of_a_group_are_listed_with_a_sentence(sandbox: Throughline, db: Database) -> None:
    """For a person as text, for a program with each measure."""
    with_a_year(sandbox, db)
    text = sandbox("outcomes", "--patients", "on course", "--track", "msk").stdout
    assert "Bea Short (p1001-msk-1): 1 of 2 targets met; Function (PF 6b) 0.2 T short, on course." in text
    (bea,) = sandbox.json("outcomes", "--patients", "nearest")["patients"]
    assert [each["state"] for each in bea["measures"]] == ["on course", "met"]


def test_a_year_without_cases_says_so(sandbox: Throughline) -> None:
    """An empty answer is an answer; a wrong rate is a wrong call."""
    assert "No case was aligned in 2031." in sandbox("outcomes", "--year", "2031").stdout
    assert sandbox.json("outcomes")["tracks"] == []
    for year in ("0", "1999", "9999", "20260"):
        assert "is not in the range 2000<=x<=9998" in sandbox("outcomes", "--year", year, code=2).stderr
    assert "not a number" in sandbox("outcomes", "--substitute-spend", "much", code=2).stderr
