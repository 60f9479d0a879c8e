"""Several tracks at once: which may run side by side, and what one of them does to the other."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from engine.application import Engine
from engine.bpmn.extension import TRACKS
from engine.commands import CloseCase, DeliverEvent, StartCase
from engine.errors import Refused
from engine.outgoing.delivery import deliver_outgoing
from engine.store.cases import cases_of_patient
from engine.store.outbox import outgoing_of_case
from tests.engine.builders import DANA, Case, a_patient, nothing_written, on_sqlite
from tests.engine.two_tracks import in_two_tracks, small_track


def test_ckm_beside_eckm_is_refused_until_the_one_is_closed(engine: Engine, tmp_path: Path) -> None:
    """The sentence says which case is in the way and what to do; with it closed, the other begins."""
    for track in ("ckm", "eckm"):
        (tmp_path / track).mkdir()
        small_track(engine, tmp_path / track, track)
    patient = a_patient(engine)
    eckm = engine.execute(StartCase(patient, "eckm"), actor=DANA).case_id
    with nothing_written(engine), pytest.raises(Refused, match=f"close case '{eckm}' as switched or unaligned first"):
        engine.execute(StartCase(patient, "ckm"), actor=DANA)
    engine.execute(CloseCase(eckm, "switched", "the patient has diabetes now"), actor=DANA)
    assert engine.execute(StartCase(patient, "ckm"), actor=DANA).case_id == f"{patient}-ckm-1"


@on_sqlite
@pytest.mark.parametrize(
    ("first", "second"), [pair for pair in permutations(TRACKS, 2) if set(pair) != {"ckm", "eckm"}]
)
def test_every_other_pair_of_tracks_may_run_at_once(engine: Engine, tmp_path: Path, first: str, second: str) -> None:
    """Each is a case of its own."""
    for track in {first, second}:
        (tmp_path / track).mkdir()
        small_track(engine, tmp_path / track, track)
    patient = a_patient(engine)
    for track in (first, second):
        assert engine.execute(StartCase(patient, track), actor=DANA).case_id == f"{patient}-{track}-1"


def test_one_track_ends_and_the_other_goes_on(engine: Engine, tmp_path: Path) -> None:
    """Closing a case ends its own tasks alone; what it learnt is still read."""
    msk, bh = in_two_tracks(engine, tmp_path)
    msk.event("measure.recorded", code="72514-3", value=6, source="patient")
    engine.execute(CloseCase(msk.id, "withdrawn", "left one programme"), actor=DANA)
    assert msk.open() == []
    assert len(bh.open()) == 3
    bh.to_day(2)
    assert bh.task("told")["title"] == "Pain is 6"


@on_sqlite
def test_each_case_has_its_own_record(engine: Engine, tmp_path: Path) -> None:
    """What is read across leaves the chains apart and whole."""
    msk, bh = in_two_tracks(engine, tmp_path)
    before = len(msk.history())
    bh.answer("ask_pain", nrs_1=3)
    assert len(msk.history()) == before
    cases: tuple[Case, ...] = (msk, bh)
    assert [each.faults() for each in cases] == [[], []]


def test_a_late_tick_does_not_read_what_another_case_learnt_since(engine: Engine, tmp_path: Path) -> None:
    """A timer of day 2 that fires on day 3 says what it would have said on day 2."""
    msk, bh = in_two_tracks(engine, tmp_path)
    msk.event("measure.recorded", code="72514-3", value=3, source="patient")
    msk.set_clock(msk.moment(3))
    msk.event("measure.recorded", code="72514-3", value=8, source="patient")
    engine.tick()
    assert bh.task("told")["title"] == "Pain is 3"


def test_a_death_is_told_to_the_other_case(engine: Engine) -> None:
    """Nothing more is sent to the patient by any programme, whichever heard of it first."""
    patient = a_patient(engine)
    msk, bh = (engine.execute(StartCase(patient, track), actor=DANA).case_id for track in ("msk", "bh"))
    engine.execute(DeliverEvent(msk, "patient.died", {"reason": "told by the daughter"}), actor=DANA)
    assert len(deliver_outgoing(engine, {}, engine.clock.now()).delivered) == 1
    with engine.db.reading() as connection:
        found = {row["track"]: row["status"] for row in cases_of_patient(connection, patient)}
        told = [row for row in outgoing_of_case(connection, bh) if row["operation"] == "case.tell"]
    assert found == {"msk": "deceased", "bh": "deceased"}
    assert told == []
