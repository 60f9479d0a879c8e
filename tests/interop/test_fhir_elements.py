"""Elements of FHIR resources are read with their type, and a wrong one is named by its path."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.errors import UnusableElement
from interop.fhir_elements import Element
from interop.fhir_resources import patient_source


def reading(value: Any) -> Element:
    return Element("Observation/7", {"x": value})


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.timezones()))
def test_an_instant_is_the_same_moment_in_utc(moment: datetime) -> None:
    """Whatever offset it is written with."""
    whole = moment.astimezone(UTC)
    assert reading(whole.isoformat()).instant("x") == whole


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2019", datetime(2019, 1, 1, 12, tzinfo=UTC)),
        ("2019-03", datetime(2019, 3, 1, 12, tzinfo=UTC)),
        ("2019-03-02", datetime(2019, 3, 2, 12, tzinfo=UTC)),
        ("2019-03-02T23:30:00-05:00", datetime(2019, 3, 3, 4, 30, tzinfo=UTC)),
        ("2019-03-02T10:00:00.123Z", datetime(2019, 3, 2, 10, 0, 0, 123_000, tzinfo=UTC)),
    ],
)
def test_a_date_cut_short_is_noon_of_its_first_day(written: str, read: datetime) -> None:
    """Noon in UTC is the same calendar day all over the United States."""
    assert reading(written).instant("x") == read


@pytest.mark.parametrize(
    "written", ["2019-13", "2019-02-30", "yesterday", "2019-03-02T10:00:00", "2019-03-02T10:00:60Z", 2019, ["2019"]]
)
def test_what_is_no_instant_is_refused_by_its_path(written: Any) -> None:
    """Impossible dates, times without a zone and other types name the element."""
    with pytest.raises(UnusableElement, match=r"^Observation/7\.x: "):
        reading(written).instant("x")


@given(st.dates())
def test_a_whole_day_is_taken(day: date) -> None:
    """Every day of the calendar that is written in full."""
    assert reading(day.isoformat()).day("x") == day


@pytest.mark.parametrize("written", ["x\x00y", "\ud800", 7, {"a": 1}])
def test_texts_that_no_database_keeps_are_refused(written: Any) -> None:
    """NUL, half a surrogate pair, and what is no text."""
    with pytest.raises(UnusableElement):
        reading(written).text("x")


@pytest.mark.parametrize("written", [True, "7", float("inf"), [7]])
def test_what_is_no_number_is_refused(written: Any) -> None:
    """A JSON number beyond a double reads as infinite and is refused as well."""
    with pytest.raises(UnusableElement):
        reading(written).number("x")


def test_a_label_too_long_to_be_kept_is_cut() -> None:
    """Words for people lose their end, and show that they do."""
    assert reading("word " * 100).label("x") == ("word " * 100)[:199] + "…"


def test_a_wrong_element_of_a_list_is_named_by_its_place() -> None:
    """The path leads to the very element."""
    with pytest.raises(UnusableElement, match=r"Observation/7\.x\[1\]: must be an object, not a text"):
        list(reading([{}, "no"]).children("x"))


@pytest.mark.parametrize(
    ("reference", "source"),
    [
        ("Patient/7", "fhir:Patient/7"),
        ("https://fhir.example.org/r4/Patient/7/_history/2", "fhir:Patient/7"),
        ("urn:uuid:7", "fhir:Patient/7"),
        ("Group/7", None),
        ("Patient/", None),
        ("Patient?identifier=7", None),
        ("7", None),
    ],
)
def test_a_reference_leads_to_its_patient_or_nowhere(reference: str, source: str | None) -> None:
    """Relative, absolute, versioned and bundle-local references; searches and other types lead nowhere."""
    assert patient_source(reference) == source
