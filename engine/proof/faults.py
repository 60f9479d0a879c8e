"""What is wrong with the record or with what proves it: where, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from engine.proof.statement import Row
from engine.verify import Fault


@dataclass(frozen=True, slots=True)
class ProofFault:
    """One fault; ``case_id`` and ``seq`` say which entry, ``checkpoint`` which checkpoint, where it is about one."""

    problem: str
    case_id: str | None = None
    seq: int | None = None
    checkpoint: int | None = None

    @property
    def where(self) -> str:
        """What it is about: a case, a checkpoint, or all of them."""
        if self.case_id is not None:
            return self.case_id
        return "checkpoints" if self.checkpoint is None else f"checkpoint {self.checkpoint}"


def of_the_chain(fault: Fault) -> ProofFault:
    """A fault that the chain itself shows."""
    return ProofFault(fault.problem, fault.case_id, fault.seq)


def of_leaves(rows: Iterable[Row], days: Mapping[int, date]) -> Iterator[ProofFault]:
    """What the leaves that do not hold say, once for each case: it was removed, cut short, or written anew."""
    by_case: dict[str, list[Row]] = {}
    for row in rows:
        by_case.setdefault(row["case_id"], []).append(row)
    for case_id, leaves in by_case.items():
        last = leaves[-1]
        gone = [leaf for leaf in leaves if leaf["found"] is None]
        if last["case_exists"] is None:
            held = f"{_named(last, days)} holds it with {last['length']} entries"
            yield ProofFault(f"the case was removed: {held}", case_id, None, last["checkpoint"])
        elif gone:
            held = f"{_named(gone[-1], days)} holds {gone[-1]['length']}"
            yield ProofFault(
                f"the record was cut short: its case counts {last['history_length']}, {held} entries",
                case_id,
                last["history_length"] + 1,
                gone[-1]["checkpoint"],
            )
        else:
            first = leaves[0]
            yield ProofFault(
                f"the record was written anew: entry {first['length']} is not the one that {_named(first, days)} holds",
                case_id,
                first["length"],
                first["checkpoint"],
            )


def said(day: date) -> str:
    """ "Tue 13 Jan 2026"."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def _named(leaf: Row, days: Mapping[int, date]) -> str:
    number = leaf["checkpoint"]
    return f"checkpoint {number} of {said(days[number])}" if number in days else f"checkpoint {number}"
