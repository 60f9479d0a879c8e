"""When a follow-on period may be agreed and begins, and which measures begin it anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from care.documents import Entry
from care.windows import Days, Window, days_in


@dataclass(frozen=True, slots=True)
class FollowOn:
    """The tracks that have follow-on periods, the day they begin (from alignment), and how early consent counts."""

    tracks: tuple[str, ...]
    starts: Days
    consent: Days
    source: str

    def starts_on(self, track: str, period_began_on: date) -> date | None:
        """The first day of the next period; None for a track without follow-on periods, such as MSK."""
        return self.starts.after(period_began_on) if track in self.tracks else None

    def consent_window(self, track: str, period_began_on: date) -> Window | None:
        """When the patient may consent to the next period: at most 60 days before its start, its first day included."""
        starts_on = self.starts_on(track, period_began_on)
        if starts_on is None:
            return None
        return Window(starts_on - timedelta(days=self.consent.days), starts_on, self.consent.source)

    def hindrance(
        self, track: str, period_began_on: date, consented_on: date | None, is_necessary: bool | None
    ) -> str | None:
        """Why the next period cannot begin yet, or None; `is_necessary` is the renewed finding of medical necessity."""
        window = self.consent_window(track, period_began_on)
        if window is None:
            return f"The {track} track has no follow-on period."
        if consented_on is None or consented_on not in window:
            return f"The patient's consent must be given between {window.opens_on} and {window.closes_on}."
        if not is_necessary:
            return "Medical necessity must be found again before the follow-on period begins."
        return None

    def stale_measures(self, measured_on: Mapping[str, date], fresh_from: Mapping[str, date]) -> tuple[str, ...]:
        """The measures to take again, because the last value is too old to be the new period's baseline.

        `fresh_from` gives for each measure the earliest day that still counts; one without a value is stale.
        """
        return tuple(name for name, day in fresh_from.items() if measured_on.get(name, date.min) < day)


def follow_on_in(entry: Entry) -> FollowOn:
    """Reads the section `follow_on`; raises ConfigurationError naming the field."""
    entry.only("tracks", "starts", "consent", "source")
    return FollowOn(
        entry.texts("tracks"),
        days_in(entry.entry("starts")),
        days_in(entry.entry("consent")),
        entry.text("source"),
    )
