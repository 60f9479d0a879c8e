"""What an update to the PCP holds: it is kept whole, and a reviewer's will is done."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.care_update import (
    OCCASIONS,
    PARTS,
    Billing,
    CareUpdate,
    Contact,
    Diagnosis,
    Measure,
    Measured,
    Medicines,
    Organisation,
    Person,
    Review,
    as_document,
    medicines_in,
    reviewed,
    update_from,
)

_text = st.text(min_size=1, max_size=20)
_days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
_maybe = st.none() | _text
_measured = st.builds(Measured, _days, st.decimals(-1000, 1000, places=3))
_measures = st.builds(
    Measure, _text, _text, _text, _maybe, _measured, _measured, _maybe, st.none() | st.booleans()
)
_reviews = st.builds(Review, _maybe, _maybe, st.lists(st.sampled_from(sorted(PARTS)), unique=True).map(tuple), _maybe)
UPDATES = st.builds(
    CareUpdate,
    occasion=st.sampled_from(sorted(OCCASIONS)),
    composed_at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    on=_days,
    case_id=_text,
    track=_text,
    programme=_text,
    period=st.integers(1, 9),
    aligned_on=_days,
    ends_on=_days,
    day=st.integers(0, 500),
    organisation=st.builds(Organisation, _text, _maybe, _maybe, _maybe, _maybe),
    patient=st.builds(Person, _text, _text, _days, _maybe, _maybe, _maybe, _maybe),
    case_manager=st.none() | st.builds(Contact, _text, _text),
    pcp=_maybe,
    recipient=_maybe,
    document_type=_text,
    diagnoses=st.lists(st.builds(Diagnosis, _text, _maybe), max_size=3).map(tuple),
    measures=st.lists(_measures, max_size=3).map(tuple),
    goal=_maybe,
    medicines=st.none() | st.builds(Medicines, st.lists(_text, max_size=3).map(tuple), _days),
    happened=st.lists(_text, max_size=3).map(tuple),
    billing=st.none() | st.builds(Billing, _text, _text),
    review=_reviews,
)


@given(UPDATES)
def test_an_update_comes_back_whole_from_its_document(update: CareUpdate) -> None:
    """Through JSON, to the last digit of a number."""
    document = json.loads(json.dumps(as_document(update)))
    assert update_from(document) == update


@given(UPDATES, _reviews)
def test_what_the_reviewer_leaves_out_stands_nowhere_in_it(update: CareUpdate, review: Review) -> None:
    """Not as a value and not by accident; identifiers and contacts always stand in it."""
    found = reviewed(update, review)
    for part in review.left_out:
        assert not getattr(found, part)
        assert not found.holds(part)
    kept = [part for part in PARTS if part not in review.left_out]
    assert all(getattr(found, part) == getattr(update, part) for part in kept)
    assert (found.patient, found.organisation, found.pcp) == (update.patient, update.organisation, update.pcp)
    assert found.review == review


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("Metformin 500 mg\n\n  Lisinopril 10 mg ", ("Metformin 500 mg", "Lisinopril 10 mg")),
        ("", None),
        ("  \n ", None),
        (None, None),
    ],
)
def test_medicines_are_written_one_a_line(text: str | None, entries: tuple[str, ...] | None) -> None:
    """Nothing written is not on record, which is not the same as no medicines."""
    found = medicines_in(text, date(2026, 7, 6))
    assert (None if found is None else found.entries) == entries
