"""What a step costs does not depend on how long the patient has been enrolled; milliseconds: `bench/step_cost.py`."""

from __future__ import annotations

from pathlib import Path

from bench.step_cost import LEAST_GAIN, MOST_GROWTH, measured_year, ratios


def test_the_state_of_a_case_is_as_small_on_its_last_day_as_on_its_first(tmp_path: Path) -> None:
    """One year, each chosen step once: bytes do not grow, and are a fraction of SpiffWorkflow's own JSON."""
    costs = measured_year(tmp_path, repeats=1, spiff_repeats=1)
    assert [cost.label for cost in costs] == [
        "command 1", "check-in of week 1", "command 50", "check-in of week 51", "last command",
    ]  # fmt: skip
    found = {name: value for name, (value, _) in ratios(costs).items() if name.startswith("bytes")}
    assert all(value <= MOST_GROWTH for name, value in found.items() if "serializer" not in name), found
    assert all(value >= LEAST_GAIN for name, value in found.items() if "serializer" in name), found
    assert max(cost.bytes for cost in costs) < 4_096
