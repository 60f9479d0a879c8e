"""Are the checkpoints themselves the ones that were signed: none changed, removed, renumbered or replaced."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from sqlalchemy import Connection

from engine.chain import FIRST
from engine.proof import merkle
from engine.proof.faults import ProofFault, said
from engine.proof.files import Kept, content_of
from engine.proof.readable import Numbered
from engine.proof.signing_key import PublicKey
from engine.proof.statement import Leaf, Row, Statement, root_of
from engine.store import checkpoints as store


def faults_of_statements(checkpoints: Iterable[Numbered], keys: Mapping[str, PublicKey]) -> Iterator[ProofFault]:
    """Numbers without gaps, each following the one before, each signed by a key that is known."""
    expected, previous = 1, FIRST
    for number, row in checkpoints:
        if number != expected:
            yield ProofFault(f"checkpoint {expected} is missing: the next one found is {number}", checkpoint=expected)
        if row is None:
            problem = f"checkpoint {number} cannot be read: it was changed after it was signed"
            yield ProofFault(problem, checkpoint=number)
            expected, previous = number + 1, ""
            continue
        statement = Statement.of(row)
        if number == expected and previous and statement.previous != previous:
            problem = f"checkpoint {number} does not follow the one before it: one of them was replaced"
            yield ProofFault(problem, checkpoint=number)
        yield from _faults_of_signature(statement, row["signature"], keys)
        expected, previous = number + 1, statement.digest


def _faults_of_signature(
    statement: Statement, signature: str, keys: Mapping[str, PublicKey]
) -> Iterator[ProofFault]:
    number = statement.number
    if statement.key_id not in keys:
        yield ProofFault(
            f"checkpoint {number} is signed with a key that is not known here ({statement.key_id[:16]}): "
            "put its public key into the folder of keys, if it is yours",
            checkpoint=number,
        )
    elif not keys[statement.key_id].verifies(signature, statement.text):
        problem = f"checkpoint {number} of {said(statement.day)} was changed after it was signed"
        yield ProofFault(problem, checkpoint=number)


def faults_of_roots(connection: Connection, rows: Sequence[Row], numbers: Sequence[int]) -> Iterator[ProofFault]:
    """Checkpoints whose leaves are not those that were signed; ``numbers`` are those of all, read or not.

    A leaf that was taken out of an old one shows nowhere else.
    """
    trees = dict(_trees(store.leaves_in_order(connection), numbers))
    for row in rows:
        if trees[row["number"]] != (row["root"], row["cases"], row["entries"]):
            yield _does_not_fit(row)


def faults_of_last_root(connection: Connection, last: Row) -> Iterator[ProofFault]:
    """Whether the newest checkpoint holds the cases that were signed.

    Its leaf of a case is the hash of the case's last entry, which stands for all entries before it.
    """
    leaves = [Leaf.of(row) for row in store.current_leaves(connection)]
    held = (root_of(leaves), len(leaves), sum(leaf.length for leaf in leaves))
    if held != (last["root"], last["cases"], last["entries"]):
        yield _does_not_fit(last)


def _does_not_fit(row: Row) -> ProofFault:
    problem = f"checkpoint {row['number']} of {said(row['day'])} does not fit its cases: what it holds was changed"
    return ProofFault(problem, checkpoint=row["number"])


def _trees(
    leaves: Iterable[Row], numbers: Sequence[int]
) -> Iterator[tuple[int, tuple[str, int, int]]]:
    """Root, cases and entries of each checkpoint, by the leaves up to it."""
    added = {number: list(group) for number, group in groupby(leaves, key=lambda leaf: leaf["checkpoint"])}
    order: list[str] = []
    hashes: dict[str, bytes] = {}
    lengths: dict[str, int] = {}
    root = merkle.root([]).hex()
    for number in numbers:
        for row in added.get(number, ()):
            leaf = Leaf.of(row)
            if leaf.case_id not in hashes:
                insort(order, leaf.case_id)
            hashes[leaf.case_id], lengths[leaf.case_id] = leaf.hash, leaf.length
        if number in added:
            root = merkle.root([hashes[case_id] for case_id in order]).hex()
        yield number, (root, len(order), sum(lengths.values()))


def faults_of_files(
    connection: Connection, checkpoints: Sequence[Numbered], kept: Sequence[Kept]
) -> Iterator[ProofFault]:
    """Files that say something else than the database, and files that are newer than it."""
    by_number = dict(checkpoints)
    last = max(by_number, default=0)
    newer = [each for each in kept if each.number > last]
    for each in kept:
        row = by_number.get(each.number)
        if row is not None and each.content() is None:
            problem = f"the file {each.file.name} cannot be read: it is no checkpoint's file, or may not be opened"
            yield ProofFault(problem, checkpoint=each.number)
        elif row is not None and not _agree(connection, row, each):
            problem = f"the file {each.file.name} and the database's checkpoint {each.number} say different things"
            yield ProofFault(problem, checkpoint=each.number)
        elif each.number not in by_number and each.number <= last:
            problem = f"the file {each.file.name} is of a checkpoint that the database does not hold"
            yield ProofFault(problem, checkpoint=each.number)
    if newer:
        held = f"the database's last checkpoint is {last}" if last else "the database holds none"
        yield ProofFault(
            f"an older state was put back: there is a file of checkpoint {newer[-1].number}, {held}",
            checkpoint=newer[-1].number,
        )


def _agree(connection: Connection, row: Row, kept: Kept) -> bool:
    content = kept.content()
    if content is None:
        return False
    leaves = [Leaf.of(leaf) for leaf in store.leaves_of(connection, row["number"])]
    expected = content_of(row, leaves, None)
    return all(content.get(name) == expected[name] for name in ("statement", "signature", "leaves"))
