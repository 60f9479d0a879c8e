"""A patient in MSK and in a second track, with tasks of both open, for the pages of two tracks at once."""

from __future__ import annotations

from pathlib import Path

from engine.application import Engine
from engine.commands import StartCase
from tests.engine.two_tracks import small_track
from tests.webui.builders import Patient, a_patient, actor, days_pass, email


def in_two_tracks(engine: Engine, folder: Path, second: str = "dana") -> tuple[Patient, Patient]:
    """Day 8 of MSK (a pain check-in, the social needs screen and the first update are open), day 0 of the other track.

    The other asks for needs and pain as well, and for a look at safety; ``second`` has its tasks.
    """
    msk = a_patient(engine).enrolled()
    days_pass(engine, 8)
    small_track(engine, folder)
    started = engine.execute(StartCase(msk.id, "bh", assignee=email(second)), actor=actor("dana"))
    return msk, Patient(engine, msk.id, started.case_id, msk.name)
