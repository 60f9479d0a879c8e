"""When a patient may be aligned, may leave and may switch participants, each with the reason in a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from care.documents import Entry
from care.windows import Days, Months, months_in, not_negative


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether something may be done, the first day on which it may (None when days do not decide), and why."""

    allowed: bool
    from_day: date | None
    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class LossOfContact:
    """How many unanswered attempts over how many days count as loss of contact."""

    attempts: int
    days: int
    source: str

    def is_lost(self, unanswered: Iterable[date]) -> bool:
        """Whether the days of the unanswered attempts are enough of them, the last long enough after the first."""
        days = sorted(unanswered)
        return len(days) >= self.attempts and bool(days) and (days[-1] - days[0]).days >= self.days


@dataclass(frozen=True, slots=True)
class FreeSwitch:
    """The one change of track that is possible at any time with another participant."""

    from_track: str
    to_track: str
    source: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """The lock-in, the tracks that exclude each other, the switch and the control group of a performance year."""

    lock_in: Days
    exclusive: frozenset[str]
    exclusive_source: str
    free_switch: FreeSwitch
    attestation: str
    switch_source: str
    locked_reasons: tuple[str, ...]
    locked_reasons_source: str
    control_group: Months

    def may_align(self, track: str, open_tracks: Collection[str]) -> str | None:
        """Why a patient in these tracks cannot be aligned to another one, or None when nothing is in the way.

        `open_tracks` are the tracks in which the patient is aligned now, with whichever participant.
        """
        if track in open_tracks:
            return f"The patient is already aligned in {track}; a patient has one participant per track."
        other = sorted(self.exclusive.intersection(open_tracks)) if track in self.exclusive else []
        if other:
            return f"The patient is aligned in {other[0]}; {track} and {other[0]} exclude each other: unalign first."
        return None

    def may_leave(self, aligned_on: date, on: date, *, period: int = 1) -> Permission:
        """Whether the patient may leave (patient-initiated unalignment) on a day; a follow-on period has no lock-in."""
        return self._after_lock_in("leave", aligned_on, on, period)

    def may_unalign(self, reason: str, aligned_on: date, on: date, *, period: int = 1) -> Permission:
        """Whether unalignment may be asked for with a reason of CMS (ACCESSUnalignmentReasonCS) on a day.

        The lock-in binds the patient's own wish; CMS may yet answer another reason with cannot-unalign-during-lock-in.
        """
        if reason in self.locked_reasons:
            return self.may_leave(aligned_on, on, period=period)
        sentence = f"The lock-in does not bind the reason {reason}."
        return Permission(True, aligned_on, sentence, self.locked_reasons_source)

    def may_switch(
        self,
        track: str,
        to_track: str,
        aligned_on: date,
        on: date,
        *,
        same_participant: bool = False,
        attested: bool = False,
        period: int = 1,
    ) -> Permission:
        """Whether the patient may go to another participant, or to another track, on a day.

        `attested` is the patient's consent, sent as switchConsentAttestation. A switch begins 12 new months: the
        case of the new alignment counts its days from its own day 0.
        """
        if same_participant:
            return self._with_the_same_participant(track, to_track)
        if (track, to_track) == (self.free_switch.from_track, self.free_switch.to_track):
            sentence = f"From {track} to {to_track} with another participant the patient may change at any time."
            return Permission(True, aligned_on, sentence, self.free_switch.source)
        if track != to_track:
            return self._to_another_track(track, to_track)
        lock = self._after_lock_in("switch", aligned_on, on, period)
        if lock.allowed and not attested:
            sentence = f"The switch needs the patient's consent: send {self.attestation} as true."
            return Permission(False, lock.from_day, sentence, self.switch_source)
        return lock

    def control_group_ends(self, assigned_on: date) -> date:
        """The day from which a patient of the control group may be considered again: 12 calendar months later."""
        return self.control_group.after(assigned_on)

    def _with_the_same_participant(self, track: str, to_track: str) -> Permission:
        if track == to_track:
            return Permission(
                False, None, f"The patient is with this participant in {track} already.", self.switch_source
            )
        if not {track, to_track} <= self.exclusive:
            return self._to_another_track(track, to_track)
        sentence = f"With the same participant there is no switch: unalign from {track}, then align in {to_track}."
        return Permission(False, None, sentence, self.free_switch.source)

    def _to_another_track(self, track: str, to_track: str) -> Permission:
        reason = self.may_align(to_track, (track,))
        sentence = reason or f"No switch is needed: a patient may be in {track} and {to_track} at the same time."
        return Permission(reason is None, None, sentence, self.exclusive_source)

    def _after_lock_in(self, verb: str, aligned_on: date, on: date, period: int) -> Permission:
        first_free = aligned_on if period > 1 else self.lock_in.after(aligned_on) + timedelta(days=1)
        allowed = on >= first_free
        ended = "is over" if allowed else f"ends with {first_free - timedelta(days=1)}"
        sentence = f"The lock-in of {self.lock_in.days} days {ended}: the patient may {verb} from {first_free}."
        return Permission(allowed, first_free, sentence, self.lock_in.source)


def loss_of_contact_in(entry: Entry) -> LossOfContact:
    """Reads the section `loss_of_contact`; raises ConfigurationError naming the field."""
    entry.only("attempts", "days", "source")
    return LossOfContact(not_negative(entry, "attempts"), not_negative(entry, "days"), entry.text("source"))


def alignment_in(entry: Entry, lock_in: Days) -> Alignment:
    """Reads the section `alignment`; raises ConfigurationError naming the field."""
    entry.only("exclusive", "free_switch", "switch", "locked_reasons", "control_group")
    exclusive, free, switch = entry.entry("exclusive"), entry.entry("free_switch"), entry.entry("switch")
    locked = entry.entry("locked_reasons")
    locked.only("reasons", "source")
    exclusive.only("tracks", "source")
    free.only("from", "to", "source")
    switch.only("attestation", "source")
    return Alignment(
        lock_in=lock_in,
        exclusive=frozenset(exclusive.texts("tracks")),
        exclusive_source=exclusive.text("source"),
        free_switch=FreeSwitch(free.text("from"), free.text("to"), free.text("source")),
        attestation=switch.text("attestation"),
        switch_source=switch.text("source"),
        locked_reasons=locked.texts("reasons"),
        locked_reasons_source=locked.text("source"),
        control_group=months_in(entry.entry("control_group")),
    )
