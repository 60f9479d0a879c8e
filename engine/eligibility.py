"""What a patient's diagnoses say of a track: whether they qualify, and which clinical exclusions came on record.

Every command looks, so that an exclusion that an import or the API brought is found at the case's next step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from care.calendars import local_date
from care.eligibility import Eligibility, eligibility
from engine.statuses import RUNNING

if TYPE_CHECKING:
    from engine.casework import Casework

FOUND = "access.exclusion_found"
KNOWN = "eligibility.exclusions"  # the fact that says which codes were looked at already


def foretold(work: Casework) -> Eligibility:
    """CMS's answer as far as the record lets it be foretold; CMS decides."""
    return eligibility(work.rules, work.case["track"], work.patient["conditions"], local_date(work.as_of, work.zone))


def raise_for(work: Casework) -> None:
    """Raise `access.exclusion_found` for excluding codes that nobody has looked at yet."""
    if work.case["status"] not in RUNNING:
        return
    exclusions = work.rules.exclusions
    if exclusions is None:
        return
    codes = work.patient["conditions"]
    found = (*exclusions.excluding(work.case["track"], codes), *exclusions.services_shown_by(codes))
    if not found:
        return
    known = work.facts.value(KNOWN) or []
    new = [each for each in found if each.code not in known]
    if new:
        work.facts.record(KNOWN, [*known, *(each.code for each in new)], None, work.as_of, "rule")
        named = ", ".join(f"{each.title} ({each.code})" for each in new)
        work.raise_later(FOUND, {"reason": named})
