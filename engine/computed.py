"""What expressions read that is worked out and not recorded: the case's ACCESS days (`access`), its `outcome`.

Both are worked out when an expression names them, as of the instant that diagrams run as of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from care.calendars import local_date
from care.outcomes import CaseOutcome, Reading, outcome_by
from engine.eligibility import foretold
from engine.store.cases import running_events
from engine.store.facts import other_cases
from engine.years import targets_in

if TYPE_CHECKING:
    from engine.casework import Casework

REPORTED_ON = "report.end_on"  # the day of the end-of-period report, which decides the year
NEED = "need.identified"
LAST_REPORT = "report.last_on"  # the fact that says on which day the last report went to CMS


def computed_names(work: Casework) -> dict[str, Callable[[], Mapping[str, Any]]]:
    """The names that are worked out, each with how."""
    return {
        "access": lambda: access_of(work),
        "outcome": lambda: outcome_values(work),
        "social_needs": lambda: needs_cared_for(work),
    }


def access_of(work: Casework) -> dict[str, Any]:
    """The days and periods of ACCESS's clockwork for this case (docs/access.md)."""
    case, today = work.case, local_date(work.as_of, work.zone)
    rules = work.rules
    told = work.facts.value(LAST_REPORT)
    last = told if isinstance(told, date) else None
    dates = rules.case_dates(case["track"], case["aligned_on"], case["period"], last)
    within = {f"{name}_update_within": timedelta(days=each.days) for name, each in rules.care_updates.items()}
    contact = rules.loss_of_contact
    answer = foretold(work)
    return {
        "eligibility": answer.code,
        "eligibility_sentence": answer.sentence,
        **dates,
        **rules.freshness_dates(today),
        **within,
        "may_leave": rules.alignment.may_leave(case["aligned_on"], today, period=case["period"]).allowed,
        "loss_of_contact_attempts": Decimal(contact.attempts),
        "loss_of_contact_within": timedelta(days=contact.days),
    }


def outcome_of(work: Casework) -> CaseOutcome:
    """How the case stands to its targets today, from all readings that it can see."""
    case, today = work.case, local_date(work.as_of, work.zone)
    targets = targets_in(work.library.folder, case["aligned_on"])
    series = {
        measure: [Reading(Decimal(str(value)), on, source) for value, on, source in work.facts.readings(fact)]
        for measure, fact in targets.facts(case["track"]).items()
    }
    told = work.facts.value(REPORTED_ON)
    return outcome_by(
        work.rules,
        targets,
        case["track"],
        series,
        aligned_on=case["aligned_on"],
        today=today,
        reported_on=told if isinstance(told, date) else None,
    )


def outcome_values(work: Casework) -> dict[str, Any]:
    found = outcome_of(work)
    return {
        "all_met": found.all_met,
        "is_reportable": found.is_reportable,
        "met": Decimal(found.met),
        "of": Decimal(found.of),
        "state": found.state,
        "sentence": found.sentence,
        "measured_on": found.measured_on,
    }


def needs_cared_for(work: Casework) -> dict[str, Decimal]:
    """How many processes run for each social need, by its name, in all of the patient's cases together."""
    others = other_cases(work.connection, work.case["patient_id"], work.case["id"])
    events = [process.row["event"] for process in work.processes()]
    events += running_events(work.connection, others) if others else []
    found = Counter(event["reason"] for event in events if event and event["type"] == NEED)
    return {need: Decimal(count) for need, count in found.items()}
