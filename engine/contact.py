"""Whether the patient can be reached: unanswered attempts are counted since somebody last reached them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from care.calendars import local_date

if TYPE_CHECKING:
    from engine.casework import Casework


def patient_was_reached(work: Casework) -> None:
    """The patient answered: by an attempt, by a questionnaire, in a form. Counting starts anew."""
    if unanswered(work):
        work.facts.record("contact.unanswered_count", 0, None, work.now, "rule")
    work.facts.record("contact.last_reached_on", local_date(work.now, work.zone), None, work.now, "rule")


def attempt_was_unanswered(work: Casework) -> None:
    """One more attempt without an answer."""
    before = unanswered(work)
    if before == 0:
        today = local_date(work.now, work.zone)
        work.facts.record("contact.first_unanswered_on", today, None, work.now, "rule")
    work.facts.record("contact.unanswered_count", before + 1, None, work.now, "rule")


def unanswered(work: Casework) -> int:
    return int(work.facts.value("contact.unanswered_count") or 0)
