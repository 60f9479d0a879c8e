"""Which identifiers and codes of US health care are well formed, and how they are written here."""

from __future__ import annotations

import re

# CMS, "Understanding the Medicare Beneficiary Identifier (MBI) Format": 11 characters, where C is 1 to 9,
# N is 0 to 9, A is a letter but S, L, O, I, B and Z, and AN is either: C A AN N A AN N A A N N. Dashes are
# for people only.
_LETTER = "AC-HJKMNP-RT-Y"
_MBI = re.compile(rf"[1-9][{_LETTER}][0-9{_LETTER}][0-9][{_LETTER}][0-9{_LETTER}][0-9][{_LETTER}]{{2}}[0-9]{{2}}")
# ICD-10-CM Official Guidelines, I.A.2: 3 to 7 characters, the first a letter, the second a digit.
_ICD10CM = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?")


def mbi(text: str) -> str | None:
    """The Medicare Beneficiary Identifier without dashes and in capitals; None when it is not well formed."""
    plain = text.strip().upper().replace("-", "")
    return plain if _MBI.fullmatch(plain) else None


def icd10cm(text: str) -> str | None:
    """The ICD-10-CM code with its dot and in capitals ("m1711" is "M17.11"); None when it is not well formed.

    Well formed says nothing of whether the code exists in a year's edition.
    """
    plain = text.strip().upper()
    if not _ICD10CM.fullmatch(plain):
        return None
    digits = plain.replace(".", "")
    return digits if len(digits) == 3 else f"{digits[:3]}.{digits[3:]}"
