"""When the ACCESS model expects each report, and the other day counts of a performance year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from care.alignment import Alignment, LossOfContact, alignment_in, loss_of_contact_in
from care.co_management import CoManagement, co_management_in
from care.deadline_texts import DeadlineText, deadline_texts_in
from care.diagnoses import Diagnoses, diagnoses_from
from care.documents import Entry, document_entry
from care.errors import ConfigurationError
from care.exclusions import Exclusions, exclusions_from
from care.follow_on import FollowOn, follow_on_in
from care.notices import CONTROL_GROUP_ENDS_ON, Notice, notices_in
from care.windows import Days, Span, Window, days_in, named, span_in

__all__ = ["CASE_DATES", "FRESHNESS_DATES", "AccessRules", "BaselineStanding", "Window", "access_rules_from"]

BaselineStanding = Literal["reported", "open", "missed"]

# The names that expressions of diagrams read as `access.<name>`: the dates of a case, and from when a measure is fresh.
CASE_DATES = (
    "baseline_closes_on",
    "period_ends_on",
    "lock_in_ends_on",
    "end_of_period_opens_on",
    "end_of_period_closes_on",
    "quarterly_opens_on",
    "quarterly_closes_on",
    "follow_on_consent_opens_on",
    "follow_on_starts_on",
)
FRESHNESS_DATES = ("prom_fresh_from", "blood_pressure_fresh_from", "weight_fresh_from", "laboratory_fresh_from")


@dataclass(frozen=True, slots=True)
class AccessRules:
    """The day counts of one performance year; days are counted from alignment, which is day 0."""

    performance_year: int
    period: Days
    baseline: Span
    quarterly: Span
    end_of_period: Mapping[str, Span]
    lock_in: Days
    freshness: Mapping[str, Days]
    care_updates: Mapping[str, Days]
    loss_of_contact: LossOfContact
    follow_on: FollowOn
    alignment: Alignment
    co_management: CoManagement
    notices: Mapping[str, Notice]
    deadline_texts: Mapping[str, DeadlineText]
    exclusions: Exclusions | None
    diagnoses: Mapping[str, Diagnoses]

    def baseline_window(self, aligned_on: date) -> Window:
        """When the baseline may be reported; a patient without one when it closes is unaligned."""
        return self.baseline.from_day(aligned_on)

    def baseline_standing(self, aligned_on: date, reported_on: date | None, today: date) -> BaselineStanding:
        """Whether the baseline is reported, still open, or missed, in which case the patient is unaligned."""
        window = self.baseline_window(aligned_on)
        if reported_on is not None and reported_on in window:
            return "reported"
        return "missed" if window.days_left(today) < 0 else "open"

    def quarterly_window(self, prior_submission: date) -> Window:
        """When the next quarterly report may be made, counted from the one before."""
        return self.quarterly.from_day(prior_submission)

    def next_quarterly(self, aligned_on: date, prior_submission: date) -> Window | None:
        """The quarterly window after a submission; None when it would open after the period, whose end report follows.

        That the end-of-period report takes the place of a quarter that opens after day 365 is our reading.
        """
        window = self.quarterly_window(prior_submission)
        return window if window.opens_on <= self.period_ends(aligned_on) else None

    def quarterlies_until(self, aligned_on: date, prior_submission: date, day: date) -> tuple[Window, ...]:
        """The quarterly windows after a submission up to the first that has not closed by a day; the others are missed.

        CMS does not say what follows a missed window: ours goes on as if the report came on the window's last day.
        """
        windows = []
        window = self.next_quarterly(aligned_on, prior_submission)
        while window is not None:
            windows.append(window)
            window = None if window.closes_on >= day else self.next_quarterly(aligned_on, window.closes_on)
        return tuple(windows)

    def end_of_period_window(self, aligned_on: date, track: str) -> Window:
        """When the end-of-period report of a track may be made; raises UnknownName for another track."""
        return named(self.end_of_period, "track", track).from_day(aligned_on)

    def period_ends(self, aligned_on: date) -> date:
        """The last day of the care period: day 365."""
        return aligned_on + timedelta(days=self.period.days)

    def lock_in_ends(self, aligned_on: date) -> date:
        """The day until which the patient cannot switch or leave."""
        return aligned_on + timedelta(days=self.lock_in.days)

    def is_fresh(self, kind: str, measured_on: date, submitted_on: date) -> bool:
        """Whether a `prom`, `blood_pressure`, `weight` or `laboratory` measure is recent enough to report.

        One taken after the submission is not. Raises UnknownName for another kind.
        """
        age = (submitted_on - measured_on).days
        return 0 <= age <= named(self.freshness, "kind of measure", kind).days

    def fresh_from(self, kind: str, submitted_on: date) -> date:
        """The earliest day a measure of a kind may have been taken to be reported on a day."""
        return submitted_on - timedelta(days=named(self.freshness, "kind of measure", kind).days)

    def care_update_due(self, occasion: str, happened_on: date) -> date:
        """The last day of a PCP update on `initiation`, `escalation`, `setting_change` or `completion`."""
        return happened_on + timedelta(days=named(self.care_updates, "occasion", occasion).days)

    def case_dates(
        self, track: str, aligned_on: date, period: int, last_submission: date | None, today: date | None = None
    ) -> dict[str, date | None]:
        """The days of a case by the names in CASE_DATES; `aligned_on` is the first day of this case's period.

        None stands where the rule does not apply: no lock-in in a follow-on period, no quarterly report before the
        first submission or when its window would open after the period, no follow-on period for the track. The
        quarterly window is the one after the last submission; with `today`, the first that has not closed by then.
        Raises UnknownName for another track.
        """
        end = self.end_of_period_window(aligned_on, track)
        quarterly = self._quarterly_on(aligned_on, last_submission, today)
        consent = self.follow_on.consent_window(track, aligned_on)
        return {
            "baseline_closes_on": self.baseline_window(aligned_on).closes_on,
            "period_ends_on": self.period_ends(aligned_on),
            "lock_in_ends_on": self.lock_in_ends(aligned_on) if period == 1 else None,
            "end_of_period_opens_on": end.opens_on,
            "end_of_period_closes_on": end.closes_on,
            "quarterly_opens_on": quarterly.opens_on if quarterly else None,
            "quarterly_closes_on": quarterly.closes_on if quarterly else None,
            "follow_on_consent_opens_on": consent.opens_on if consent else None,
            "follow_on_starts_on": self.follow_on.starts_on(track, aligned_on),
        }

    def _quarterly_on(self, aligned_on: date, last_submission: date | None, today: date | None) -> Window | None:
        if last_submission is None:
            return None
        day = today or last_submission
        windows = self.quarterlies_until(aligned_on, last_submission, day)
        return windows[-1] if windows and windows[-1].closes_on >= day else None

    def freshness_dates(self, today: date) -> dict[str, date]:
        """The earliest day of a measure that may be reported today, by the names in FRESHNESS_DATES."""
        return {name: self.fresh_from(name.removesuffix("_fresh_from"), today) for name in FRESHNESS_DATES}

    def qualifies(self, track: str, codes: Iterable[str]) -> tuple[str, ...]:
        """The ICD-10-CM codes that qualify for a track; raises UnknownName for a track without a value set.

        The eCKM track also asks for hypertension or two other conditions: see care.eligibility.
        """
        return named(self.diagnoses, "track", track).qualifying(codes)


def access_rules_from(
    document: Mapping[str, Any],
    diagnoses: Iterable[Mapping[str, Any]] = (),
    exclusions: Mapping[str, Any] | None = None,
) -> AccessRules:
    """Reads a year's rules, its tracks' diagnoses and its exclusions; raises ConfigurationError naming the field."""
    root = document_entry(document, "configuration", ConfigurationError)
    root.only(
        "id", "performance_year", "period", "baseline", "quarterly", "end_of_period", "lock_in", "freshness",
        "care_updates", "loss_of_contact", "follow_on", "alignment", "co_management", "notices", "deadlines",
    )  # fmt: skip
    lock_in = days_in(root.entry("lock_in"))
    sets = [diagnoses_from(each) for each in diagnoses]
    return AccessRules(
        performance_year=root.integer("performance_year"),
        period=days_in(root.entry("period")),
        baseline=span_in(root.entry("baseline")),
        quarterly=span_in(root.entry("quarterly")),
        end_of_period={track: span_in(each) for track, each in _children(root, "end_of_period")},
        lock_in=lock_in,
        freshness={kind: days_in(each) for kind, each in _children(root, "freshness")},
        care_updates={occasion: days_in(each) for occasion, each in _children(root, "care_updates")},
        loss_of_contact=loss_of_contact_in(root.entry("loss_of_contact")),
        follow_on=follow_on_in(root.entry("follow_on")),
        alignment=alignment_in(root.entry("alignment"), lock_in),
        co_management=co_management_in(root.entry("co_management")),
        notices=notices_in(root.entry("notices"), (*CASE_DATES, CONTROL_GROUP_ENDS_ON)),
        deadline_texts=deadline_texts_in(root.entry("deadlines")),
        exclusions=None if exclusions is None else exclusions_from(exclusions),
        diagnoses={each.track: each for each in sets},
    )


def _children(root: Entry, field: str) -> list[tuple[str, Entry]]:
    parent = root.entry(field)
    return [(name, parent.entry(name)) for name in parent.values]
