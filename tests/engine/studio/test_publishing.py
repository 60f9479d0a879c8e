"""A draft becomes versions of every pathway that it concerns, or is refused and nothing is written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from engine.application import Engine
from engine.clock import SetClock
from engine.commands import StartCase
from engine.errors import InvalidInput, Refused
from engine.library import Library
from engine.settings import Settings
from engine.store import tables
from engine.store.cases import case, patients_by_version
from engine.store.database import Database
from engine.store.scenarios import saved_scenarios
from engine.store.versions import newest_versions, version, versions_in_force
from engine.studio.drafts import draft, draft_from_text, draft_from_version, save
from engine.studio.plan import plan_of
from engine.studio.publishing import Order, publish_draft
from engine.studio.rehearsal import ScenariosFailed
from engine.studio.shelves import shelves
from tests.engine.builders import DANA, a_patient, on_sqlite
from tests.engine.studio.small_pathways import CONVERSATION, NOW, OMAR, RUTH, SCENARIO, talk, track_diagram

ZONE = ZoneInfo("America/New_York")
BOTH = Order(note="A second talk: the first is forgotten.", by=RUTH, pathways=frozenset({"msk", "ckm"}))
ONE_TASK_MORE = talk("first_talk", "another_talk")


@pytest.fixture
def draft_id(db: Database, versions: dict[str, str]) -> int:
    """A draft of MSK with a second task in the process that both tracks call."""
    return a_draft(db, versions["msk"], CONVERSATION, ONE_TASK_MORE)


def a_draft(db: Database, base: str, path: str, text: str) -> int:
    with db.writing() as connection:
        draft_id = draft_from_version(connection, base, CONVERSATION, by=RUTH, now=NOW)
        save(connection, draft_id, path, text, 0, by=RUTH, now=NOW)
        return draft_id


def publish(
    db: Database, folder: Path, draft_id: int, order: Order = BOTH, now: datetime = NOW
) -> list[tuple[str, int]]:
    """Publishes a draft; returns the process and number of each version that it became."""
    hashes = publish_draft(db, draft_id, order, shipped=folder, now=now, zone=ZONE)
    with db.reading() as connection:
        return [(row["process_id"], row["number"]) for row in (version(connection, each) for each in hashes)]


@contextmanager
def nothing_published(db: Database, draft_id: int) -> Iterator[None]:
    yield
    with db.reading() as connection:
        assert [row["number"] for row in newest_versions(connection)] == [1, 1]
        assert draft(connection, draft_id).is_open
        assert saved_scenarios(connection) == {}


def test_every_pathway_that_shares_the_file_gets_a_version(db: Database, folder: Path, draft_id: int) -> None:
    """With the note and by whom; the draft is over and holds their hashes."""
    assert publish(db, folder, draft_id) == [("msk", 2), ("ckm", 2)]
    with db.reading() as connection:
        over = draft(connection, draft_id)
        assert (over.status, len(over.published)) == ("published", 2)
        for row in (version(connection, each) for each in over.published):
            assert (row["note"], row["published_by"]) == (BOTH.note, RUTH)
            assert row["sources"][CONVERSATION] == ONE_TASK_MORE


def test_a_pathway_that_is_unticked_stays_as_it_is(db: Database, folder: Path, draft_id: int) -> None:
    """And the library says that the two hold different texts of the shared process."""
    assert publish(db, folder, draft_id, replace(BOTH, pathways=frozenset({"msk"}))) == [("msk", 2)]
    with db.reading() as connection:
        (shared,) = shelves(connection, NOW).called
        assert [[user.track for user in text.used_by] for text in shared.texts] == [["msk"], ["ckm"]]


def test_a_pathway_that_holds_another_text_is_named_and_left_alone(
    db: Database, folder: Path, versions: dict[str, str]
) -> None:
    """What another director has made of the file is not overwritten by this one."""
    theirs = a_draft(db, versions["ckm"], CONVERSATION, talk("first_talk", "theirs"))
    publish(db, folder, theirs, replace(BOTH, pathways=frozenset({"ckm"})))
    mine = a_draft(db, versions["msk"], CONVERSATION, ONE_TASK_MORE)
    with db.reading() as connection:
        plan = plan_of(connection, mine, folder)
    assert [each.process_id for each in plan.concerned] == ["msk"]
    assert [(each.title, each.paths) for each in plan.left] == [("Heart and kidneys", (CONVERSATION,))]


def test_a_case_takes_the_version_of_its_day(db: Database, folder: Path, draft_id: int, settings: Settings) -> None:
    """Started before the day on which it takes effect: the old one, and stays on it; from its first minute: the new."""
    clock = SetClock(NOW)
    engine = Engine(db, clock, replace(settings, pathways_dir=folder), Library(folder))
    publish(db, folder, draft_id, replace(BOTH, effective_on=date(2026, 2, 1)))
    numbers = []
    for instant in (NOW, datetime(2026, 1, 31, 23, 59, tzinfo=ZONE), datetime(2026, 2, 1, tzinfo=ZONE)):
        clock.instant = instant
        case_id = engine.execute(StartCase(a_patient(engine), "msk"), actor=DANA).case_id
        with db.reading() as connection:
            digest = case(connection, case_id)["version"]
            numbers.append(version(connection, digest)["number"])
    assert numbers == [1, 1, 2]
    with db.reading() as connection:
        (track,) = [each for each in shelves(connection, NOW).tracks if each.track == "msk"]
        assert [(each.number, each.standing, each.patients) for each in track.versions] == [
            (2, "later", 1),
            (1, "in force", 2),
        ]
        assert sum(patients_by_version(connection).values()) == 3


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (replace(BOTH, note="  "), "note"),
        (replace(BOTH, effective_on=date(2026, 1, 12)), "effective_on"),
        (replace(BOTH, pathways=frozenset()), "pathways"),
        (replace(BOTH, pathways=frozenset({"msk", "unknown"})), "pathways"),
        (replace(BOTH, effective_on=date(9999, 12, 31)), "effective_on"),
    ],
)
@on_sqlite
def test_an_order_that_lacks_something_is_refused_by_field(
    db: Database, folder: Path, draft_id: int, order: Order, words: str
) -> None:
    """Nothing is written."""
    with nothing_published(db, draft_id), pytest.raises(InvalidInput) as refused:
        publish(db, folder, draft_id, order)
    assert set(refused.value.errors) == {words}


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        (CONVERSATION, talk("first_talk"), "changes nothing"),
        (CONVERSATION, talk("first_talk", "t").replace('form="answer"', 'form="gone"'), "error"),
        ("forms/unasked.yaml", "id: unasked\ntitle: T\nfields: []\n", "Nothing that is published uses"),
        ("msk.bpmn", track_diagram("msk").replace('<bpmn:process id="msk"', '<bpmn:process id="knee"'), "old id"),
        ("msk.bpmn", track_diagram("msk").replace('track="msk"', 'track="ckm"'), "has a pathway already"),
        ("msk.bpmn", track_diagram("msk").replace('track="msk"', 'track="bh"'), "no patient could enter msk"),
        ("scenarios/half.yaml", "a: [", "cannot be read"),
        ("scenarios/nobody.yaml", "title: Of no track", "names no track"),
    ],
)
@on_sqlite
def test_a_draft_that_cannot_be_published_is_refused(
    db: Database, folder: Path, versions: dict[str, str], path: str, text: str, words: str
) -> None:
    """With the reason; nothing is written."""
    draft_id = a_draft(db, versions["msk"], path, text)
    with nothing_published(db, draft_id), pytest.raises(Refused, match=words):
        publish(db, folder, draft_id)


@on_sqlite
def test_scenarios_that_fail_refuse_it_until_somebody_says_why(
    db: Database, folder: Path, versions: dict[str, str]
) -> None:
    """Then the reason goes into the note of every version."""
    draft_id = a_draft(db, versions["msk"], CONVERSATION, talk("another_talk"))
    with nothing_published(db, draft_id), pytest.raises(ScenariosFailed) as refused:
        publish(db, folder, draft_id)
    assert [report.file for report in refused.value.rehearsal.failed] == ["ckm-talk.yaml", "msk-talk.yaml"]
    assert publish(db, folder, draft_id, replace(BOTH, scenarios_reason="We talk twice now.")) == [
        ("msk", 2),
        ("ckm", 2),
    ]
    with db.reading() as connection:
        note = version(connection, draft(connection, draft_id).published[0])["note"]
    assert note.startswith(BOTH.note)
    assert note.endswith("We talk twice now.")


def test_the_scenarios_of_a_draft_are_played_and_kept(db: Database, folder: Path, draft_id: int) -> None:
    """From then on they stand beside those of the folder."""
    path, text = "scenarios/mine.yaml", SCENARIO.format(track="msk").replace("no task: first", "task: another")
    with db.writing() as connection:
        save(connection, draft_id, path, text, 0, by=RUTH, now=NOW)
    assert publish(db, folder, draft_id) == [("msk", 2), ("ckm", 2)]
    with db.reading() as connection:
        assert set(saved_scenarios(connection)) == {path}


def test_a_version_published_meanwhile_is_not_taken_back_unseen(
    db: Database, folder: Path, versions: dict[str, str]
) -> None:
    """The draft began as version 1; version 2 changed another file. Only who says that it is meant takes it back."""
    mine = a_draft(db, versions["msk"], "msk.bpmn", track_diagram("msk").replace('name="msk"', 'name="Mine"'))
    only_msk = replace(BOTH, pathways=frozenset({"msk"}))
    publish(db, folder, a_draft(db, versions["msk"], CONVERSATION, ONE_TASK_MORE), only_msk)
    with pytest.raises(InvalidInput, match="taken back"):
        publish(db, folder, mine, only_msk)
    assert publish(db, folder, mine, replace(only_msk, takes_back=frozenset({"msk"}))) == [("msk", 3)]


def test_a_new_pathway_is_published_as_its_first_version(db: Database, folder: Path, versions: dict[str, str]) -> None:
    """A track that had none."""
    text = track_diagram("msk").replace('"msk"', '"bh"')
    with db.writing() as connection:
        draft_id = draft_from_text(connection, "New", None, "bh.bpmn", text, by=RUTH, now=NOW)
    assert publish(db, folder, draft_id, replace(BOTH, pathways=frozenset({"bh"}))) == [("bh", 1)]


def test_word_for_word_an_older_version_is_refused(
    db: Database, folder: Path, versions: dict[str, str], draft_id: int
) -> None:
    """A version is its content: the same content cannot be another version."""
    publish(db, folder, draft_id)
    with db.reading() as connection:
        newest = {row["process_id"]: row["hash"] for row in newest_versions(connection)}
    back = a_draft(db, newest["msk"], CONVERSATION, talk("first_talk"))
    with pytest.raises(Refused, match="word for word"):
        publish(db, folder, back)


def test_two_directors_who_publish_one_draft_at_once_make_one_version(
    db: Database, folder: Path, draft_id: int
) -> None:
    """One wins, the other is told who was first."""
    ready, results = threading.Barrier(2), []

    def press(who: str) -> None:
        ready.wait()
        try:
            results.append(publish(db, folder, draft_id, replace(BOTH, by=who)))
        except Refused as error:
            results.append(error.message)

    threads = [threading.Thread(target=press, args=(who,)) for who in (RUTH, OMAR)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = next(each for each in results if isinstance(each, str))
    assert [("msk", 2), ("ckm", 2)] in results
    assert "has published this draft already" in told or "published already" in told
    with db.reading() as connection:
        assert len(connection.execute(select(tables.versions.c.hash)).all()) == 4


def test_a_planned_version_is_passed_over_only_when_that_is_meant(
    db: Database, folder: Path, versions: dict[str, str]
) -> None:
    """Version 2 from February: a version 3 from January takes its place, and it does not come back in February."""
    first = a_draft(db, versions["msk"], CONVERSATION, ONE_TASK_MORE)
    publish(db, folder, first, replace(BOTH, effective_on=date(2026, 2, 1)))
    with db.reading() as connection:
        newest = {row["process_id"]: row["hash"] for row in newest_versions(connection)}
    second = a_draft(db, newest["msk"], CONVERSATION, talk("first_talk", "third_talk"))
    sooner = replace(BOTH, effective_on=date(2026, 1, 20))
    with pytest.raises(InvalidInput, match="would take effect on 01 February 2026") as refused:
        publish(db, folder, second, sooner)
    assert set(refused.value.errors) == {"instead_of"}
    meant = replace(sooner, instead_of=frozenset({"msk", "ckm"}))
    assert publish(db, folder, second, meant) == [("msk", 3), ("ckm", 3)]
    with db.reading() as connection:
        for day, number in ((date(2026, 1, 19), 1), (date(2026, 1, 20), 3), (date(2026, 2, 2), 3)):
            at = datetime.combine(day, datetime.min.time(), ZONE)
            assert {row["number"] for row in versions_in_force(connection, at)} == {number}
        (msk, *_) = shelves(connection, NOW).tracks
        assert [each.standing for each in msk.versions] == ["later", "passed over", "in force"]
