"""A web process keeps a stage for each state of a draft, and only so many of them."""

from __future__ import annotations

import threading

import pytest

from engine.errors import InvalidInput
from engine.settings import SHIPPED_PATHWAYS
from engine.store.database import Database
from engine.store.people import add_user
from engine.store.walks import keep_walk, walk_of
from engine.studio.drafts import draft_from_text
from engine.studio.workspace import shipped_texts
from engine.tryout import MOST_STEPS, CannotBegin, Happens, Theatre, tryout_of
from engine.tryout.reaching import tracks_through
from engine.tryout.theatre import MOST_STAGES
from tests.conftest import MORNING
from tests.engine.tryout.walks import a_walk, answered, until


def test_only_what_a_walk_can_meet_makes_another_stage(theatre: Theatre, sources: dict[str, str]) -> None:
    """A scenario that is saved into the draft changes nothing of the stage; a diagram does."""
    with theatre.stage(sources) as place:
        first = place
    with theatre.stage(sources | {"scenarios/a.yaml": "title: A"}) as second:
        assert second is first
    with theatre.stage(sources | {"msk.bpmn": sources["msk.bpmn"].replace("P7D", "P8D")}) as other:
        assert other is not first


def test_the_stage_that_was_used_least_is_given_up_with_its_folder(theatre: Theatre, sources: dict[str, str]) -> None:
    """Beyond so many the oldest is closed; asked for again, it is made again."""
    folders = []
    for days in range(3, 4 + MOST_STAGES):
        with theatre.stage(sources | {"msk.bpmn": sources["msk.bpmn"].replace("P7D", f"P{days}D")}) as place:
            folders.append(place.folder)
    assert [folder.exists() for folder in folders] == [False] + [True] * MOST_STAGES
    theatre.close()
    assert not any(folder.exists() for folder in folders)


def test_two_walks_at_once_on_one_stage_do_not_meet(theatre: Theatre, sources: dict[str, str]) -> None:
    """Two directors who walk the same draft each see their own patient."""
    found: dict[int, int] = {}

    def walk(days: int) -> None:
        found[days] = theatre.play(sources, a_walk(answered("ask", well="yes"), until(f"day {days}"))).day

    threads = [threading.Thread(target=walk, args=(days,)) for days in range(8, 14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {days: days for days in range(8, 14)}


def test_a_folder_that_cannot_be_read_names_its_file(theatre: Theatre, sources: dict[str, str]) -> None:
    """A form that is none: no stage is made, and the words say which."""
    with pytest.raises(CannotBegin) as raised:
        theatre.play(sources | {"forms/answer.yaml": "id: answer\nfields: nothing"}, a_walk())
    assert "answer" in (raised.value.fault.file or "") + raised.value.fault.words


def test_a_walk_has_so_many_steps_at_most() -> None:
    """Each request plays all of them."""
    walk = a_walk(*[Happens("nothing is done")] * MOST_STEPS)
    with pytest.raises(InvalidInput, match="500 steps"):
        walk.and_then(until("day 9"))


def test_of_two_windows_one_takes_the_step(db: Database, sources: dict[str, str]) -> None:
    """A step names how many there were before it; the walk that is kept comes back as it was."""
    walk = a_walk(answered("ask", well="yes", note=None), until("day 9, 14:30"))
    who = "omar@example.org"
    with db.writing() as connection:
        add_user(
            connection, email=who, name="Omar", role="clinical_director", password_hash="", one_time=False, now=MORNING
        )
        draft_id = draft_from_text(connection, "Small", None, "msk.bpmn", sources["msk.bpmn"], by=who, now=MORNING)

        def kept(steps: int, after: int | None) -> bool:
            told = walk.up_to(steps)
            patient, taken = told.kept_start(), told.kept_steps()
            return keep_walk(connection, draft_id, who, patient=patient, steps=taken, now=MORNING, after=after)

        assert kept(1, None)
        assert kept(2, 1)
        assert not kept(2, 1)
        there = walk_of(connection, draft_id, who)
        assert there is not None
        assert tryout_of(there["patient"], there["steps"]) == walk
        assert walk_of(connection, draft_id, "ruth@example.org") is None


def test_a_file_is_tried_in_the_tracks_that_come_by_it() -> None:
    """A track's own diagram, a shared process and a table that all use, a form that one alone asks."""
    sources = shipped_texts(SHIPPED_PATHWAYS)
    everyone = ("bh", "ckm", "eckm", "msk")
    assert tracks_through(sources, "msk.bpmn") == (("msk",), ("bh", "ckm", "eckm"))
    assert tracks_through(sources, "shared/plateau.bpmn") == (everyone, ())
    assert tracks_through(sources, "shared/transition.bpmn") == (everyone, ())
    assert tracks_through(sources, "decisions/plateau.dmn") == (everyone, ())
    assert tracks_through(sources, "forms/mood_checkin.yaml")[0] == ("bh",)
