"""When the patient's PCP may bill for having reviewed an update (co-management), and when next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from care.documents import Entry
from care.windows import Months, months_in, named, not_negative


@dataclass(frozen=True, slots=True)
class CoManagementAnswer:
    """Whether the PCP may bill on a day, else the first day on which that is possible; the code and USD amount."""

    allowed: bool
    next_on: date
    code: str
    amount: Decimal
    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class CoManagement:
    """The codes by track, the amount, and how often it is paid per patient and track."""

    codes: Mapping[str, str]
    amount: Decimal
    times: int
    within: Months
    spacing: Months
    source: str

    def answer(self, track: str, billed_on: Iterable[date], on: date) -> CoManagementAnswer:
        """Whether one more review may be billed on a day, after those billed for this patient and track.

        Only days up to `on` are looked at. Raises UnknownName for a track without a code.
        """
        code = named(self.codes, "track", track)
        next_on, hindrance = self._next(sorted(day for day in billed_on if day <= on), on)
        allowed = next_on <= on
        reason = "may be billed" if allowed else f"may be billed from {next_on}: {hindrance}"
        sentence = f"{code} ({self.amount} USD) {reason}."
        return CoManagementAnswer(allowed, next_on, code, self.amount, sentence, self.source)

    def _next(self, billed: list[date], on: date) -> tuple[date, str]:
        """The first day from `on` that both limits allow, and the words of the limit that decides."""
        choices = [(on, "")]
        if billed:
            choices.append((self.spacing.after(billed[-1]), f"once in {self.spacing.months} months"))
        if len(billed) >= self.times:
            limit = f"at most {self.times} times in {self.within.months} months"
            choices.append((self.within.after(billed[-self.times]), limit))
        return max(choices)


def co_management_in(entry: Entry) -> CoManagement:
    """Reads the section `co_management`; raises ConfigurationError naming the field."""
    entry.only("codes", "amount", "times", "within", "spacing", "source")
    codes = entry.entry("codes")
    if not_negative(entry, "times") == 0:
        raise entry.fail("times", "must be 1 or more")
    return CoManagement(
        codes={track: codes.text(track) for track in codes.values},
        amount=entry.number("amount"),
        times=entry.integer("times"),
        within=months_in(entry.entry("within")),
        spacing=months_in(entry.entry("spacing")),
        source=entry.text("source"),
    )
