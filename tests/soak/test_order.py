"""What two workers may do in either order at one instant is the same walk; what is done at another is not."""

from __future__ import annotations

from typing import Any

from tests.soak.order import Row, in_one_order


def a_walk(kinds: str, entries: list[tuple[int, int | None]]) -> dict[str, list[Row]]:
    """A case: its commands by kind and instant, its entries by command and by the delivery that they note."""
    names = {"S": "StartCase", "T": "FireTimers", "D": "RecordDelivery", "A": "AssignTask"}
    commands: list[Row] = [{"case_id": "c", "kind": names[each[0]], "at": each[1]} for each in kinds.split()]
    history: list[dict[str, Any]] = [
        {"case_id": "c", "seq": seq, "command": command, "outgoing": outgoing}
        for seq, (command, outgoing) in enumerate(entries, start=1)
    ]
    cases = [{"id": "c", "command_count": len(commands)}]
    return {"commands": commands, "history": history, "facts": [{"case_id": "c", "command": 2}], "cases": cases}


def test_timers_first_or_at_the_beginning_of_a_delivery_and_deliveries_in_either_order_are_one_walk() -> None:
    """A delivery that was noted twice has one entry, and is counted once."""
    one = a_walk("S1 T2 D2 D2 D2 A3", [(1, None), (2, None), (3, 8), (4, 7), (6, None)])
    other = a_walk("S1 D2 D2 A3", [(1, None), (2, None), (2, 7), (3, 8), (4, None)])
    assert in_one_order(one) == in_one_order(other)


def test_a_delivery_at_another_instant_is_another_walk() -> None:
    """Only what happens at one instant is put in order."""
    one = a_walk("S1 T2 D2 A3", [(1, None), (2, None), (3, 7), (4, None)])
    late = a_walk("S1 T2 A3 D3", [(1, None), (2, None), (3, None), (4, 7)])
    assert in_one_order(one) != in_one_order(late)
