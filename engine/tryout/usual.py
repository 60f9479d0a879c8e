"""Who walks through a draft when nobody has said so: the scenarios' own patient, with a track's usual values."""

from __future__ import annotations

from typing import Any, Final

from engine.scenarios.names import Names
from engine.scenarios.patients import FIRST_DAY
from engine.tryout.model import Start

# Measured values are never made up while a scenario is played. These stand in for a patient whom the track is about,
# and the director sees and may change them: uncontrolled hypertension and diabetes, obesity, kidneys that still work.
_MEASURED: Final[dict[str, float]] = {
    "bp_systolic": 148,
    "bp_diastolic": 88,
    "weight": 92,
    "height": 170,
    "hba1c": 8.1,
    "ldl": 130,
    "egfr": 75,
    "uacr": 20,
}
_ASKED_IN: Final = ("ckm", "eckm")  # the tracks whose forms ask measured values


def usual_start(track: str, names: Names) -> Start:
    """The usual patient of a track: Ada Long, 72, aligned on the first Monday of the model."""
    day = FIRST_DAY.isoformat()
    given = {"patient": {"name": "Ada Long", "age": 72}, "begins": day, "aligned": day}
    return Start(track, given, _usual(track, names))


def _usual(track: str, names: Names) -> dict[str, Any]:
    """The measured values that some form of the folder asks."""
    if track not in _ASKED_IN:
        return {}
    known = {name for form in names.forms for name in names.fields_of(form)}
    return {name: value for name, value in _MEASURED.items() if name in known}
