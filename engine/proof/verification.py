"""Is the record whole, of one case or of all, by its chains and by the checkpoints; and what to say about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from engine.errors import NotFound
from engine.proof.faults import ProofFault, of_leaves, of_the_chain, said
from engine.proof.files import Kept, kept_files
from engine.proof.signing_key import PublicKey, known_keys
from engine.proof.statement import Row
from engine.proof.statements import faults_of_files, faults_of_roots, faults_of_statements
from engine.proof.versions import faults_of_versions
from engine.settings import Settings
from engine.store import checkpoints as store
from engine.store.cases import case
from engine.store.history import heads, versions_named, versions_of
from engine.verify import verify_case


@dataclass(frozen=True, slots=True)
class Trust:
    """What the database cannot change: the public keys that are known, and the files of earlier checkpoints."""

    keys: Mapping[str, PublicKey]
    files: Sequence[Kept]

    @classmethod
    def of(cls, settings: Settings) -> Trust:
        """Reads both; makes none. Raises SettingsError where they cannot be read."""
        return cls(known_keys(settings.signing_key), kept_files(settings.checkpoints))


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and what is wrong with it.

    ``holding`` are the checkpoints that hold the case, or any case; ``unheld`` the entries written since the last.
    """

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
            return f"The record is not whole: {_counted(len(self.faults), 'fault')} found."
        return f"{self._entries} {self._checkpoints}"

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
        return f"{held}; {_counted(self.unheld, 'entry', 'entries')} {verb} written since."


def verify_one(connection: Connection, case_id: str, trust: Trust) -> Verification:
    """One case: its chain, all checkpoints, and the files of those that say something new about the case.

    Raises NotFound for a case that neither the database nor a checkpoint knows.
    """
    rows = store.all_checkpoints(connection)
    leaves = store.leaves_of_case(connection, case_id)
    days = {row["number"]: row["day"] for row in rows}
    faults = [*faults_of_statements(rows, trust.keys)]
    faults += faults_of_roots(connection, rows)
    numbers = {leaf["checkpoint"] for leaf in leaves}
    last = max(days, default=0)
    files = [each for each in trust.files if each.number >= last or each.number in numbers]
    faults += faults_of_files(connection, rows, files)
    faults += of_leaves(store.leaves_that_do_not_hold(connection, case_id), days)
    length = _length(connection, case_id, known=bool(leaves))
    if length is not None:
        faults += [of_the_chain(fault) for fault in verify_case(connection, case_id)]
    faults += faults_of_versions(connection, [row.version for row in versions_of(connection, case_id)])
    held = leaves[-1]["length"] if leaves else 0
    holding = sum(1 for number in days if leaves and number >= leaves[0]["checkpoint"])
    return _result(rows, trust, faults, cases=1, entries=length or 0, holding=holding, held=held)


def verify_everything(
    connection: Connection, trust: Trust, walk: Callable[[Sequence[str]], Iterable[str]] = iter
) -> Verification:
    """All cases and all checkpoints. ``walk`` goes through the cases' ids, and may show how far it is."""
    rows = store.all_checkpoints(connection)
    lengths = {row["id"]: row["history_length"] for row in heads(connection)}
    faults: list[ProofFault] = []
    for case_id in walk(list(lengths)):
        faults += [of_the_chain(fault) for fault in verify_case(connection, case_id)]
    faults += faults_of_versions(connection, versions_named(connection))
    faults += _of_all_checkpoints(connection, rows, trust)
    held = rows[-1]["entries"] if rows else 0
    entries = sum(lengths.values())
    return _result(rows, trust, faults, cases=len(lengths), entries=entries, holding=len(rows), held=held)


def _of_all_checkpoints(
    connection: Connection, rows: Sequence[Row], trust: Trust
) -> Iterator[ProofFault]:
    yield from of_leaves(store.leaves_that_do_not_hold(connection), {row["number"]: row["day"] for row in rows})
    yield from faults_of_statements(rows, trust.keys)
    yield from faults_of_roots(connection, rows)
    yield from faults_of_files(connection, rows, trust.files)


def _result(
    rows: Sequence[Row],
    trust: Trust,
    faults: Sequence[ProofFault],
    *,
    cases: int,
    entries: int,
    holding: int,
    held: int,
) -> Verification:
    files = {each.number for each in trust.files}
    return Verification(
        cases=cases,
        entries=entries,
        holding=holding,
        last_day=rows[-1]["day"] if rows else None,
        unheld=max(0, entries - held),
        without_file=sum(1 for row in rows if row["number"] not in files),
        faults=tuple(faults),
    )


def _length(connection: Connection, case_id: str, *, known: bool) -> int | None:
    """How many entries a case says it has; None for one that only checkpoints know. Raises NotFound."""
    try:
        return int(case(connection, case_id)["history_length"])
    except NotFound:
        if known:
            return None
        raise


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
