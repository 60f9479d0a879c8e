"""Identifiers and codes are taken when they are well formed, and written in one way."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.identifiers import icd10cm, mbi

LETTERS = "".join(sorted(set(string.ascii_uppercase) - set("SLOIBZ")))
# CMS: C A AN N A AN N A A N N
KINDS = {"C": "123456789", "N": string.digits, "A": LETTERS, "X": string.digits + LETTERS}
PLACES = [KINDS[kind] for kind in "CAXNAXNAANN"]


@given(st.tuples(*[st.sampled_from(place) for place in PLACES]).map("".join))
def test_every_mbi_of_the_format_is_taken(number: str) -> None:
    """Whatever CMS's format allows at each place is a well-formed MBI."""
    assert mbi(number) == number


@given(
    st.tuples(*[st.sampled_from(place) for place in PLACES]).map("".join),
    st.integers(0, 10),
    st.sampled_from("SLOIBZ"),
)
def test_letters_that_look_like_digits_are_refused(number: str, place: int, letter: str) -> None:
    """S, L, O, I, B and Z stand nowhere in an MBI."""
    assert mbi(number[:place] + letter + number[place + 1 :]) is None


@pytest.mark.parametrize("given", ["1EG4-TE5-MK73", "1eg4te5mk73", " 1EG4TE5MK73 "])
def test_an_mbi_is_kept_without_dashes_and_in_capitals(given: str) -> None:
    """However a person writes it, it is one identifier."""
    assert mbi(given) == "1EG4TE5MK73"


@pytest.mark.parametrize("given", ["", "1EG4TE5MK7", "1EG4TE5MK733", "0EG4TE5MK73", "1EGATE5MK73", "123-45-6789"])
def test_what_is_no_mbi_is_refused(given: str) -> None:
    """Too short, too long, a leading 0, a letter for a digit, a social security number."""
    assert mbi(given) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [("M17.11", "M17.11"), ("m1711", "M17.11"), ("I10", "I10"), ("U07.1", "U07.1"), ("C4A.9", "C4A.9")],
)
def test_an_icd10cm_code_is_kept_with_its_dot(given: str, kept: str) -> None:
    """Dots and case are a matter of writing."""
    assert icd10cm(given) == kept


@pytest.mark.parametrize("given", ["", "M1", "17.11", "M17.11234", "44054006", "M17..1", "M17.", "knee pain"])
def test_what_is_no_icd10cm_code_is_refused(given: str) -> None:
    """SNOMED codes, half codes and words are not ICD-10-CM."""
    assert icd10cm(given) is None
