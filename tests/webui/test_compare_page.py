"""Compare: what a version or a draft changes stands on the page in words, without JavaScript, too."""

from __future__ import annotations

import pytest

from engine.application import Engine
from engine.studio.drafts import draft_from_version, save
from tests.webui.builders import Visit, email
from tests.webui.second_version import changed, first_version, with_second_version


@pytest.fixture
def hashes(engine: Engine) -> tuple[str, str]:
    """Both versions of MSK."""
    return str(first_version(engine)["hash"]), with_second_version(engine)


def test_every_change_is_a_sentence_under_its_file(visit: Visit, hashes: tuple[str, str]) -> None:
    """Diagram, table and form; what was taken out and what only moved, too."""
    before, after = hashes
    page = visit.signed_in("dana").get(f"/pathways/compare?before={before}&after={after}")
    lines = page.texts(".compare-line")
    for words in (
        "Added: Call the pharmacist: added (user task), due “P3D”, form “outreach”.",
        "Changed: Weekly pain check-in: due changed from “P2D” to “P4D”.",
        "Moved: Note missed check-in: moved.",
        "Changed: Course of GAD-7, row 4: Change from baseline changed from >= 4 to >= 6.",
        "Changed: Milestone measures, field “whodas12”: now required.",
    ):
        assert any(words in line for line in lines), words
    assert sum(line.lstrip("− ").startswith("Taken out: ") for line in lines) == 1
    assert "in 3 files" in page.text("main")
    assert [each.strip() for each in page.texts("option[selected]")] != []


def test_a_version_named_alone_is_compared_with_the_one_before(visit: Visit, hashes: tuple[str, str]) -> None:
    """Whichever of the two parameters names it."""
    before, after = hashes
    dana = visit.signed_in("dana")
    whole = dana.get(f"/pathways/compare?before={before}&after={after}").texts(".compare-line")
    assert dana.get(f"/pathways/compare?after={after}").texts(".compare-line") == whole
    assert dana.get(f"/pathways/compare?before={before}").texts(".compare-line") == whole


def test_two_that_are_the_same_say_so(visit: Visit, hashes: tuple[str, str]) -> None:
    """And show no diagrams."""
    page = visit.signed_in("iris").get(f"/pathways/compare?before={hashes[0]}&after={hashes[0]}")
    assert "These two say the same" in page.text("main")
    assert page.texts(".compare-line") == []


def test_what_is_not_there_or_not_named_is_said(visit: Visit) -> None:
    """An unknown version is not found; no version at all is told what to do."""
    dana = visit.signed_in("dana")
    assert dana.get("/pathways/compare?before=nothing").status == 404
    missing = dana.get("/pathways/compare")
    assert missing.status == 422
    assert "choose a version in Pathways" in missing.text("main")


def test_a_draft_is_compared_with_what_it_began_as(engine: Engine, visit: Visit) -> None:
    """Nothing at first; then what was saved, though it is not published."""
    row = first_version(engine)
    now, by = engine.clock.now(), email("omar")
    with engine.db.writing() as connection:
        draft_id = draft_from_version(connection, row["hash"], "msk.bpmn", by=by, now=now)
    omar = visit.signed_in("omar")
    assert "This draft changes nothing yet" in omar.get(f"/studio/drafts/{draft_id}/compare").text("main")
    text = changed(row["sources"])["msk.bpmn"]
    with engine.db.writing() as connection:
        save(connection, draft_id, "msk.bpmn", text, 0, by=by, now=now)
    page = omar.get(f"/studio/drafts/{draft_id}/compare")
    assert any("Call the pharmacist: added" in line for line in page.texts(".compare-line"))
    diagrams = visit.client.get(f"/studio/drafts/{draft_id}/compare/diagrams").get_json()["diagrams"]
    assert [each["file"] for each in diagrams] == ["msk.bpmn"]
    assert "call_pharmacist" in diagrams[0]["after"]
    assert "call_pharmacist" not in diagrams[0]["before"]
