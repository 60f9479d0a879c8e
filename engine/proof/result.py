"""What a verification looked at and found, and what to say about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.counted import counted
from engine.proof.faults import ProofFault, said


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and what is wrong with it.

    ``looked_at`` says it in words. ``holding`` are the checkpoints that hold the case, or any case; ``unheld`` the
    entries written since the last; ``without_file`` the checkpoints that stand in the database alone.
    """

    looked_at: str

    cases: int
    entries: int
    holding: int
    last_day: date | None
    unheld: int
    without_file: int
    faults: tuple[ProofFault, ...]

    @property
    def is_whole(self) -> bool:
        return not self.faults

    @property
    def sentence(self) -> str:
        """The result in words."""
        if not self.is_whole:
            return f"The record is not whole: {counted(len(self.faults), 'fault')} found."
        return f"{self._entries} {self._checkpoints}"

    @property
    def lost_files(self) -> str | None:
        """In words, that checkpoints have no file; None where all have."""
        if not self.without_file:
            return None
        if self.without_file == 1:
            verb, what, are = "has", "it", "it was"
        else:
            verb, what, are = "have", "them", "they were"
        return (
            f"{counted(self.without_file, 'checkpoint')} {verb} no file: {are} deleted, or not written yet. "
            f"Until the next run writes {what} from the database, nothing outside of it holds {what}."
        )

    @property
    def _entries(self) -> str:
        if not self.entries:
            return "There is no entry yet."
        if self.entries == 1:
            return "The one entry is as it was written."
        of = "" if self.cases == 1 else f" of {self.cases:,} cases"
        return f"All {self.entries:,} entries{of} are as they were written."

    @property
    def _checkpoints(self) -> str:
        what = "it" if self.cases == 1 else "them"
        if self.last_day is None or not self.holding:
            return f"No checkpoint holds {what} yet: one is written every day."
        if self.holding == 1:
            held = f"One checkpoint, of {said(self.last_day)}, holds {what}"
        else:
            held = f"{self.holding:,} checkpoints, the last of {said(self.last_day)}, hold {what}"
        if not self.unheld:
            return f"{held}."
        verb = "was" if self.unheld == 1 else "were"
        return f"{held}; {counted(self.unheld, 'entry', 'entries')} {verb} written since."
