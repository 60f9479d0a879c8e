"""One order for what two workers may do in either order at one instant.

What is due in a case runs in a command of its own, or at the beginning of the next command of that case: whoever comes
first. And of two pieces of work that a case has given out at once, either may be noted first. Neither changes what is
done, only by the how-manieth command. So timers count to the next command of their instant, deliveries that follow one
another at one instant stand in the order in which they were given out, and numbers are given anew. A delivery that two
attempts have ended is noted once; the second command finds it done, writes no entry, and is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

Row = dict[str, Any]
#: (case, the number of a command there): its number in the common order.
Numbers = dict[tuple[str, int], int]


def in_one_order(found: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """The rows of a walk with commands, history, facts and cases brought into that order."""
    # Of the entries that note a delivery, the ids of the rows: in a case they are given out in the order of ids.
    noted = {(row["case_id"], row["command"]): row["outgoing"] for row in found["history"] if row["outgoing"]}
    written = {(row["case_id"], row["command"]) for row in found["history"]}
    commands: list[Row] = []
    numbers: Numbers = {}
    for case, given in groupby(found["commands"], key=itemgetter("case_id")):
        rows = list(given)
        commands += rows if case is None else _of_case(case, _that_wrote(case, rows, written), noted, numbers)
        numbers.update(_of_the_others(case, len(rows), numbers))
    firsts = _firsts(commands, numbers)  # timers count to the first of deliveries that follow one another
    history = [
        row | {"command": (numbers if row["outgoing"] else firsts)[row["case_id"], row["command"]]}
        for row in found["history"]
    ]
    return {
        **found,
        "commands": commands,
        "history": list(_numbered(history)),
        "facts": [row | {"command": firsts[row["case_id"], row["command"]]} for row in found["facts"]],
        "cases": [row | {"command_count": numbers[row["id"], row["command_count"]]} for row in found["cases"]],
    }


def _firsts(commands: list[Row], numbers: Numbers) -> Numbers:
    """For the number of each command the common one; of a run of deliveries that of the first."""
    first: Numbers = {}
    for (case, *_), run in groupby(commands, key=lambda row: (row["case_id"], *_instant_and_kind(row))):
        rows = list(run)
        together = rows[0]["kind"] == "RecordDelivery"
        first.update({(case, row["number"]): rows[0 if together else at]["number"] for at, row in enumerate(rows)
                      if case is not None})  # fmt: skip
    return {(case, old): first[case, new] for (case, old), new in numbers.items()}


def _that_wrote(case: str, given: list[Row], written: set[tuple[str, int]]) -> list[Row]:
    """The commands of a case, each with its number, without deliveries that were noted before."""
    numbered = [row | {"number": number} for number, row in enumerate(given, start=1)]
    return [row for row in numbered if row["kind"] != "RecordDelivery" or (case, row["number"]) in written]


def _of_the_others(case: str | None, count: int, numbers: Numbers) -> Numbers:
    """Numbers for the commands that are not counted: that of the one before."""
    if case is None:
        return {}
    found: Numbers = {}
    before = 0
    for number in range(1, count + 1):
        before = found[case, number] = numbers.get((case, number), before)
    return found


def _of_case(case: str, given: list[Row], noted: Mapping[tuple[str, int], int], numbers: Numbers) -> Iterator[Row]:
    """The commands of a case in the common order, without timers that count to the next; fills ``numbers``."""
    together = list(_together(given))
    new = 0
    for (_, kind), several in groupby(together, key=lambda places: _instant_and_kind(given[places[-1]])):
        run = list(several)
        if kind == "RecordDelivery":
            run.sort(key=lambda places: noted.get((case, given[places[-1]]["number"]), 0))
        for places in run:
            new += 1
            numbers.update({(case, given[place]["number"]): new for place in places})
            yield given[places[-1]] | {"number": new}


def _instant_and_kind(row: Row) -> tuple[Any, str]:
    return row["at"], row["kind"]


def _together(given: list[Row]) -> Iterator[list[int]]:
    """The places of commands: each by itself, but timers with the command that follows at their instant."""
    waiting: list[int] = []
    for place, row in enumerate(given):
        waiting.append(place)
        last = place + 1 == len(given)
        if row["kind"] == "FireTimers" and not last and given[place + 1]["at"] == row["at"]:
            continue
        yield waiting
        waiting = []


def _numbered(history: list[Row]) -> Iterator[Row]:
    """Entries in the order of their commands, numbered anew within each case."""
    for _, entries in groupby(history, key=itemgetter("case_id")):
        ordered = sorted(entries, key=itemgetter("command", "seq"))
        yield from (row | {"seq": seq} for seq, row in enumerate(ordered, start=1))
