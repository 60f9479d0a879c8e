"""The deadlines of a case: when each may be acted on, when it is due, its last day, and what missing it leads to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from care.access import AccessRules
from care.reporting import quarterly_windows
from care.windows import Window


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline: `opens_on` is the first day to act (a task opens), `due_on` when we want it, `closes_on` the last.

    `source` is where the days come from, `consequence_source` where the consequence does; `notice` is the event
    type with which CMS reminds of it.
    """

    id: str
    title: str
    opens_on: date
    due_on: date
    closes_on: date
    source: str
    consequence: str
    consequence_source: str
    notice: str | None

    def days_left(self, today: date) -> int:
        """Days until the last day: 0 on it, negative afterwards."""
        return (self.closes_on - today).days


def deadlines(
    rules: AccessRules,
    track: str,
    aligned_on: date,
    period: int = 1,
    submissions: Iterable[date] = (),
    today: date | None = None,
    reported_on: date | None = None,
) -> tuple[Deadline, ...]:
    """All deadlines of a period, the earliest last day first; `aligned_on` is the first day of this period.

    `submissions` are the accepted baseline and quarterly reports. The baseline, their first, is the day on which care
    started: the update on it is counted from there, and is no deadline before. Only the next quarterly report is a
    deadline. With `today` windows that have closed are passed over (see care.reporting). Once the end-of-period report
    is in (`reported_on`), neither it nor a quarterly one is a deadline. Raises UnknownName for another track.
    """
    windows = {
        "baseline": rules.baseline_window(aligned_on),
        # that the year's last day is the day of completion, also after an early report, is our reading
        "care_update_completion": _update(rules, "completion", rules.period_ends(aligned_on)),
    }
    days = sorted(submissions)
    if days:
        windows["care_update_initiation"] = _update(rules, "initiation", days[0])
    if reported_on is None:
        windows["end_of_period"] = rules.end_of_period_window(aligned_on, track)
        quarterly = quarterly_windows(rules, aligned_on, days, today or (days[-1] if days else aligned_on)).next
        if quarterly is not None:
            windows["quarterly"] = quarterly
    if period == 1:
        lock_in_ends = rules.lock_in_ends(aligned_on)
        windows["lock_in"] = Window(lock_in_ends, lock_in_ends, rules.lock_in.source)
    consent = rules.follow_on.consent_window(track, aligned_on)
    if consent is not None:
        windows["follow_on"] = consent
    return tuple(sorted((_deadline(rules, name, each) for name, each in windows.items()), key=_last_day))


def care_update_deadline(rules: AccessRules, occasion: str, happened_on: date) -> Deadline:
    """The deadline of one update to the PCP: `initiation`, `escalation`, `setting_change` or `completion`.

    Escalations and changes of setting have no planned day, so `deadlines` does not hold them. Raises UnknownName.
    """
    return _deadline(rules, f"care_update_{occasion}", _update(rules, occasion, happened_on))


def _update(rules: AccessRules, occasion: str, happened_on: date) -> Window:
    return Window(happened_on, rules.care_update_due(occasion, happened_on), rules.care_updates[occasion].source)


def _deadline(rules: AccessRules, name: str, window: Window) -> Deadline:
    text = rules.deadline_texts[name]
    return Deadline(
        id=name,
        title=text.title,
        opens_on=window.opens_on,
        due_on=max(window.opens_on, window.closes_on - timedelta(days=text.due_before)),
        closes_on=window.closes_on,
        source=window.source,
        consequence=text.consequence,
        consequence_source=text.source,
        notice=text.notice,
    )


def _last_day(deadline: Deadline) -> tuple[date, str]:
    return deadline.closes_on, deadline.id
