"""The update as a PDF: one or two pages, the same bytes for the same content, legible whatever people are called."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings

from care.care_update import CareUpdate, Diagnosis, medicines_in
from interop.care_update_pdf import pdf
from tests.care.test_care_update import UPDATES
from tests.interop.updates import an_update

SHA = "0" * 64


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", content))


def test_the_same_content_gives_the_same_bytes() -> None:
    """No clock and no chance in the file; other content gives another."""
    assert pdf(an_update(), SHA) == pdf(an_update(), SHA)
    assert pdf(an_update(goal="another"), SHA) != pdf(an_update(), SHA)


def test_it_says_its_language_and_title_and_brings_its_font() -> None:
    """What a screen reader asks for first, and a page that looks the same everywhere."""
    content = pdf(an_update(), SHA)
    assert b"/Lang (en-US)" in content
    assert b"/FontFile2" in content
    assert b"/Title" in content


def test_a_full_update_stands_on_two_pages() -> None:
    """Twenty diagnoses and thirty medicines are still a letter, not a chart."""
    listed = medicines_in("\n".join(f"Medicine {n} 10 mg" for n in range(30)), an_update().on)
    full = replace(
        an_update(), medicines=listed, diagnoses=tuple(Diagnosis(f"M{n}.1", "A diagnosis") for n in range(20))
    )
    assert pages(pdf(an_update(), SHA)) == 1
    assert pages(pdf(full, SHA)) == 2


@settings(max_examples=40)
@given(UPDATES)
def test_any_text_can_be_written(update: CareUpdate) -> None:
    """Letters that the font does not have are written without their marks, and nothing breaks the layout."""
    assert pdf(update, SHA).startswith(b"%PDF-")
