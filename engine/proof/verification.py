"""Is the record whole, of one case or of all, by its chains and by the checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from engine.errors import NotFound
from engine.proof.faults import ProofFault, of_leaves, of_the_chain
from engine.proof.files import Kept, kept_files
from engine.proof.readable import Numbered, every_checkpoint
from engine.proof.result import Verification
from engine.proof.signing_key import PublicKey, known_keys
from engine.proof.statement import Leaf, Row
from engine.proof.statements import faults_of_files, faults_of_last_root, faults_of_roots, faults_of_statements
from engine.proof.versions import faults_of_versions
from engine.settings import Settings
from engine.store import checkpoints as store
from engine.store.cases import case
from engine.store.history import heads, versions_named, versions_of
from engine.verify import verify_case

_ONE = (
    "Looked at: this record from its first entry to its last, the versions that it names, the order and signatures of "
    "all checkpoints, what each of them holds of this record, and whether the last one fits all its cases. Whether "
    "the earlier ones fit theirs is looked at when all records are verified."
)
_ALL = (
    "Looked at: every record from its first entry to its last, the versions that they name, the order and signatures "
    "of all checkpoints, whether each of them fits all its cases, and all their files."
)


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
class _Seen:
    """What a result tells beside the faults; ``held`` are the entries that the last checkpoint holds."""

    looked_at: str
    checkpoints: Sequence[Numbered]
    cases: int
    entries: int
    holding: int
    held: int


def verify_one(connection: Connection, case_id: str, trust: Trust) -> Verification:
    """One case: its chain, all statements, the last root, and the files of checkpoints that say something of the case.

    Raises NotFound for a case that neither the database nor a checkpoint knows.
    """
    checkpoints = every_checkpoint(connection)
    leaves = store.leaves_of_case(connection, case_id)
    length = _length(connection, case_id, known=bool(leaves))
    numbers = {leaf["checkpoint"] for leaf in leaves}
    last = checkpoints[-1] if checkpoints else (0, None)
    files = [each for each in trust.files if each.number >= last[0] or each.number in numbers]
    faults = [*faults_of_statements(checkpoints, trust.keys)]
    if last[1] is not None:
        faults += faults_of_last_root(connection, last[1])
    faults += faults_of_files(connection, checkpoints, files)
    faults += of_leaves(store.leaves_that_do_not_hold(connection, case_id), _days(checkpoints))
    if length is not None:
        faults += [of_the_chain(fault) for fault in verify_case(connection, case_id)]
    faults += faults_of_versions(connection, versions_of(connection, case_id))
    held = Leaf.of(leaves[-1]).length if leaves else 0
    holding = sum(1 for number, _ in checkpoints if leaves and number >= leaves[0]["checkpoint"])
    seen = _Seen(_ONE, checkpoints, cases=1, entries=length or 0, holding=holding, held=held)
    return _result(seen, trust, faults)


def verify_everything(
    connection: Connection, trust: Trust, walk: Callable[[Sequence[str]], Iterable[str]] = iter
) -> Verification:
    """All cases and all checkpoints. ``walk`` goes through the cases' ids, and may show how far it is."""
    checkpoints = every_checkpoint(connection)
    lengths = {row["id"]: row["history_length"] for row in heads(connection)}
    faults: list[ProofFault] = []
    for case_id in walk(list(lengths)):
        faults += [of_the_chain(fault) for fault in verify_case(connection, case_id)]
    faults += faults_of_versions(connection, versions_named(connection))
    faults += _of_all_checkpoints(connection, checkpoints, trust)
    rows = _readable(checkpoints)
    held = rows[-1]["entries"] if rows else 0
    entries = sum(lengths.values())
    seen = _Seen(_ALL, checkpoints, cases=len(lengths), entries=entries, holding=len(checkpoints), held=held)
    return _result(seen, trust, faults)


def _of_all_checkpoints(
    connection: Connection, checkpoints: Sequence[Numbered], trust: Trust
) -> Iterator[ProofFault]:
    numbers = [number for number, _ in checkpoints]
    yield from of_leaves(store.leaves_that_do_not_hold(connection), _days(checkpoints))
    yield from faults_of_statements(checkpoints, trust.keys)
    yield from faults_of_roots(connection, _readable(checkpoints), numbers)
    yield from faults_of_files(connection, checkpoints, trust.files)


def _result(seen: _Seen, trust: Trust, faults: Sequence[ProofFault]) -> Verification:
    files, rows = {each.number for each in trust.files}, _readable(seen.checkpoints)
    return Verification(
        looked_at=seen.looked_at,
        cases=seen.cases,
        entries=seen.entries,
        holding=seen.holding,
        last_day=rows[-1]["day"] if rows else None,
        unheld=max(0, seen.entries - seen.held),
        without_file=sum(1 for number, _ in seen.checkpoints if number not in files),
        faults=tuple(faults),
    )


def _readable(checkpoints: Iterable[Numbered]) -> list[Row]:
    return [row for _, row in checkpoints if row is not None]


def _days(checkpoints: Iterable[Numbered]) -> dict[int, date]:
    return {row["number"]: row["day"] for row in _readable(checkpoints)}


def _length(connection: Connection, case_id: str, *, known: bool) -> int | None:
    """How many entries a case says it has; None for one that only checkpoints know. Raises NotFound."""
    try:
        return int(case(connection, case_id)["history_length"])
    except NotFound:
        if known:
            return None
        raise
