"""How one quarterly report follows the other: which is next, and which were missed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from care.access import AccessRules
from care.windows import Window

QuarterStanding = Literal["reported", "missed", "open", "ahead"]


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarterly window, what became of it by the day that was asked about, and the day of its report."""

    window: Window
    standing: QuarterStanding
    reported_on: date | None


@dataclass(frozen=True, slots=True)
class QuarterlyChain:
    """The quarterly windows of a period up to the one that is open or ahead."""

    quarters: tuple[Quarter, ...]

    @property
    def next(self) -> Window | None:
        """The window that is open or ahead; None before the first submission and when the period has no further one."""
        last = self.quarters[-1] if self.quarters else None
        return last.window if last is not None and last.standing in ("open", "ahead") else None

    @property
    def missed(self) -> tuple[Window, ...]:
        """The windows that closed without a report."""
        return tuple(each.window for each in self.quarters if each.standing == "missed")


def quarterly_windows(rules: AccessRules, aligned_on: date, submissions: Iterable[date], today: date) -> QuarterlyChain:
    """The chain from the accepted submissions of a period (the baseline first, then the quarterly ones), as of a day.

    Each window is counted from the prior submission (CMS ACCESS IG). What follows a missed window CMS does not say:
    the chain goes on as if the report had been made on the window's last day. An accepted submission outside every
    window begins the chain anew, because it is the prior submission of the next.
    """
    days = sorted(set(submissions))
    quarters: list[Quarter] = []
    for prior, day in pairwise(days):
        windows = rules.quarterlies_until(aligned_on, prior, day)
        quarters += [Quarter(window, _standing(window, day, day), day if day in window else None) for window in windows]
    quarters = [each for each in quarters if each.standing != "ahead"]  # a report came before that window opened
    if days:
        windows = rules.quarterlies_until(aligned_on, days[-1], today)
        quarters += [Quarter(window, _standing(window, today, None), None) for window in windows]
    return QuarterlyChain(tuple(quarters))


def early_success_from(rules: AccessRules, aligned_on: date, track: str) -> date:
    """The first day on which a target that is met may be reported as the period's result; raises UnknownName.

    It is the day the end-of-period window opens: 90 days before day 365 for CKM and eCKM, 180 for MSK and BH.
    """
    return rules.end_of_period_window(aligned_on, track).opens_on


def _standing(window: Window, day: date, reported_on: date | None) -> QuarterStanding:
    if window.closes_on < day:
        return "missed"
    if day not in window:
        return "ahead"
    return "open" if reported_on is None else "reported"
