"""What a draft would lose or break unseen is named before it is published."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.errors import InvalidInput, Refused
from engine.store.database import Database
from engine.store.scenarios import saved_scenarios
from engine.store.versions import newest_versions
from engine.studio import publishing
from engine.studio.drafts import draft, draft_from_text, draft_from_version, save
from engine.studio.plan import plan_of
from engine.studio.publishing import Order, publish_draft
from engine.studio.rehearsal import Performance, Rehearsal, ScenariosFailed
from engine.studio.shelves import shelves
from tests.engine.bpmn import diagrams as draw
from tests.engine.builders import on_sqlite
from tests.engine.studio.small_pathways import CONVERSATION, NOW, OMAR, RUTH, SCENARIO, talk, track_diagram
from tests.engine.studio.test_publishing import ZONE

MSK, CKM = frozenset({"msk"}), frozenset({"ckm"})
ASKS_BY_FACT = draw.file(
    draw.process(
        "talk",
        draw.start(),
        draw.user("first_talk"),
        draw.exclusive("longer", "end"),
        draw.user("more"),
        draw.end(),
        draw.flow("start first_talk longer end"),
        draw.flow("longer more end", 'answer.note = "a"'),
    )
)
TICKS_EVERY_SECOND = draw.file(
    draw.process(
        "talk",
        draw.start(),
        draw.user("first_talk"),
        draw.on("first_talk", "tick", draw.timer("cycle", "R/PT1S"), interrupting=False),
        draw.task("ticked"),
        draw.end("end_of_tick"),
        draw.end(),
        draw.flow("start first_talk end"),
        draw.flow("tick ticked end_of_tick"),
    )
)
pytestmark = on_sqlite


def a_draft(db: Database, base: str, texts: dict[str, str]) -> int:
    with db.writing() as connection:
        draft_id = draft_from_version(connection, base, CONVERSATION, by=RUTH, now=NOW)
        for path, text in texts.items():
            save(connection, draft_id, path, text, 0, by=RUTH, now=NOW)
        return draft_id


def order(pathways: Iterable[str], **more: frozenset[str]) -> Order:
    return replace(Order(note="Why not.", by=RUTH, pathways=frozenset(pathways)), **more)


def publish(db: Database, folder: Path, draft_id: int, wanted: Order) -> tuple[str, ...]:
    return publish_draft(db, draft_id, wanted, shipped=folder, now=NOW, zone=ZONE)


def numbers(db: Database) -> dict[str, int]:
    with db.reading() as connection:
        return {row["process_id"]: row["number"] for row in newest_versions(connection)}


def test_each_pathway_is_checked_with_the_shared_texts_that_it_holds(
    db: Database, folder: Path, versions: dict[str, str]
) -> None:
    """MSK's conversation asks a fact that a draft of CKM, whose conversation does not, takes out of their form."""
    publish(db, folder, a_draft(db, versions["msk"], {CONVERSATION: ASKS_BY_FACT}), order(MSK))
    draft_id = a_draft(db, versions["ckm"], {"forms/answer.yaml": draw.FORM.replace("note", "other")})
    with pytest.raises(Refused, match=r"answer\.note"):
        publish(db, folder, draft_id, order(MSK | CKM))
    assert numbers(db) == {"msk": 2, "ckm": 1}


@pytest.mark.parametrize("is_brought", [True, False], ids=["brought along", "beside the draft's own"])
def test_what_another_director_changed_in_another_pathway_is_not_taken_back_unseen(
    db: Database, folder: Path, versions: dict[str, str], is_brought: bool
) -> None:
    """The draft's text was made from the first version; the second is there now."""
    mine = track_diagram("ckm") + "<!-- mine -->"
    if is_brought:
        with db.writing() as connection:
            draft_id = draft_from_text(connection, "CKM", None, "ckm.bpmn", mine, by=RUTH, now=NOW)
    else:
        draft_id = a_draft(db, versions["msk"], {"ckm.bpmn": mine})
    theirs = a_draft(db, versions["ckm"], {"ckm.bpmn": track_diagram("ckm") + "<!-- theirs -->"})
    publish(db, folder, theirs, order(CKM))
    with pytest.raises(InvalidInput, match=r"taken back in ckm\.bpmn"):
        publish(db, folder, draft_id, order(CKM))
    publish(db, folder, draft_id, order(CKM, takes_back=CKM))
    assert numbers(db)["ckm"] == 3


def test_a_change_that_was_undone_takes_nothing_back(db: Database, folder: Path, versions: dict[str, str]) -> None:
    """The text as it was is no change, though another is published by now."""
    draft_id = a_draft(db, versions["msk"], {"ckm.bpmn": track_diagram("ckm")})
    theirs = a_draft(db, versions["ckm"], {"ckm.bpmn": track_diagram("ckm") + "<!-- theirs -->"})
    publish(db, folder, theirs, order(CKM))
    with db.reading() as connection:
        assert plan_of(connection, draft_id, folder).changed == ()


def test_a_file_that_no_pathway_uses_is_given_up_only_when_that_is_meant(
    db: Database, folder: Path, versions: dict[str, str]
) -> None:
    """It is in no version, and the draft is over."""
    draft_id = a_draft(db, versions["msk"], {CONVERSATION: talk("first_talk", "b"), "forms/new.yaml": draw.FORM})
    with pytest.raises(InvalidInput) as refused:
        publish(db, folder, draft_id, order(MSK))
    assert set(refused.value.errors) == {"leaves_out"}
    publish(db, folder, draft_id, order(MSK, leaves_out=frozenset({"forms/new.yaml"})))


def test_a_scenario_that_somebody_saved_since_is_not_taken_back_unseen(
    db: Database, folder: Path, versions: dict[str, str]
) -> None:
    """That it is replaced is said in any case; the note stays with the draft, for there is no version."""
    path = "scenarios/msk-talk.yaml"
    text = SCENARIO.format(track="msk")
    mine, theirs = (a_draft(db, versions["msk"], {path: f"{text}# {who}\n"}) for who in ("mine", "theirs"))
    with db.reading() as connection:
        (replaced,) = plan_of(connection, mine, folder).replaced
    assert (replaced.path, replaced.title, replaced.overtaken) == (path, "The conversation is had", False)
    publish(db, folder, theirs, order(()))
    with pytest.raises(InvalidInput, match="saved by somebody since"):
        publish(db, folder, mine, order(()))
    publish(db, folder, mine, order((), takes_back=frozenset({path})))
    with db.reading() as connection:
        assert saved_scenarios(connection)[path].endswith("# mine\n")
        assert draft(connection, mine).note == "Why not."


def test_a_timer_without_rest_fails_its_scenario_in_words(db: Database, folder: Path, versions: dict[str, str]) -> None:
    """The rehearsal ends, and names the element."""
    draft_id = a_draft(db, versions["msk"], {CONVERSATION: TICKS_EVERY_SECOND})
    with pytest.raises(ScenariosFailed) as refused:
        publish(db, folder, draft_id, order(MSK))
    (failure,) = refused.value.rehearsal.failed[0].failures
    assert "5,000 elements" in failure.found
    assert CONVERSATION in failure.found


def test_what_is_saved_during_the_rehearsal_is_not_published_unseen(
    db: Database, folder: Path, versions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was rehearsed is no longer what the draft is."""
    draft_id = a_draft(db, versions["msk"], {CONVERSATION: talk("first_talk", "b")})

    def saves() -> None:
        with db.writing() as connection:
            save(connection, draft_id, CONVERSATION, talk("unseen"), 1, by=OMAR, now=NOW)

    monkeypatch.setattr(publishing, "rehearse", _while_played(saves))
    with pytest.raises(Refused, match="Omar Reyes has saved this draft just now"):
        publish(db, folder, draft_id, order(MSK))
    assert numbers(db) == {"msk": 1, "ckm": 1}


def test_what_is_published_during_the_rehearsal_is_not_taken_back_unseen(
    db: Database, folder: Path, versions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan that was shown is no longer what would happen."""
    mine = a_draft(db, versions["msk"], {CONVERSATION: talk("first_talk", "mine")})
    theirs = a_draft(db, versions["msk"], {CONVERSATION: talk("first_talk", "theirs")})
    rehearse = publishing.rehearse

    def publishes() -> None:
        monkeypatch.setattr(publishing, "rehearse", rehearse)
        publish(db, folder, theirs, order(MSK))

    monkeypatch.setattr(publishing, "rehearse", _while_played(publishes))
    with pytest.raises(Refused, match="was published just now"):
        publish(db, folder, mine, order(MSK))
    assert numbers(db) == {"msk": 2, "ckm": 1}


def _while_played(happens: Callable[[], None]) -> Callable[[Iterable[Performance]], Rehearsal]:
    """The rehearsal itself, during which something happens."""
    rehearse = publishing.rehearse

    def played(performances: Iterable[Performance]) -> Rehearsal:
        found = rehearse(performances)
        happens()
        return found

    return played


def test_who_published_is_named_unless_it_was_shipped(db: Database, folder: Path, versions: dict[str, str]) -> None:
    """A version from the command line says so."""
    publish(
        db,
        folder,
        a_draft(db, versions["msk"], {CONVERSATION: talk("first_talk", "b")}),
        replace(order(MSK), by="system:cli", effective_on=date(2026, 1, 13)),
    )
    with db.reading() as connection:
        (msk, *_) = shelves(connection, NOW).tracks
    assert [each.by for each in msk.versions] == ["the command line", None]
