"""The programme: are our patients getting better, what does it mean in money, who stands behind each number?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.application import Engine
from tests.webui.builders import Visit, a_patient
from tests.worklists.many_years import BAD, GOOD, NEARLY, Years

TODAY = date(2026, 1, 13)  # where the tests' clock stands
ALIGNED = TODAY - timedelta(days=200)
IN_2025 = {"aligned_on": ALIGNED}


def with_a_year(engine: Engine) -> Years:
    """Five of MSK: one met, one nearly, two at risk, one not measured; one of BH who met."""
    years = Years(engine.db)
    wanted = [("Ada Long", GOOD), ("Bea Short", NEARLY), ("Cy Young", BAD), ("Di Old", BAD), ("Ed New", {})]
    years.many([(name, "msk", facts, dict(IN_2025)) for name, facts in wanted])
    years.add("Ada Long", "bh", {"phq9.score": [(0, 14), (190, 8)]}, **IN_2025)
    return years


def test_without_a_case_the_page_says_what_will_stand_there(dana: Visit) -> None:
    """Nothing to show is a designed state."""
    assert "No patient is in a track yet" in dana.get("/programme").text(".empty")


def test_each_track_is_told_by_state_with_its_rate(dana: Visit, engine: Engine) -> None:
    """Patients, met, on course, at risk, missed, not measured, the rate, and how many are missing."""
    with_a_year(engine)
    page = dana.get("/programme?year=2025")
    (msk, bh, everybody) = page.all("#attainment-title")[0].getparent().getparent().xpath(".//tbody/tr")
    assert numbers(msk) == ["5", "1", "1", "2", "0", "1"]
    assert numbers(bh) == ["1", "1", "0", "0", "0", "0"]
    assert numbers(everybody) == ["6", "2", "1", "2", "0", "1"]
    text = " ".join(msk.text_content().split())
    assert "20%" in text
    assert "2 more" in text
    assert "reached" in " ".join(bh.text_content().split())


def numbers(row: object) -> list[str]:
    """The visible numbers of a row's counts."""
    cells = row.xpath("./td[contains(@class, 'number')]")  # type: ignore[attr-defined]
    return [cell.xpath("string(.//a/text())").strip() for cell in cells]


def test_every_number_leads_to_the_patients_behind_it(dana: Visit, engine: Engine) -> None:
    """As many as the number says, each with a sentence and a link to the patient's case."""
    with_a_year(engine)
    page = dana.get("/programme?year=2025")
    links = page.all(".programme a")
    for link in links:
        (number, *_) = link.xpath("text()")
        behind = dana.get(link.get("href", "").partition("#")[0])
        if number.strip().isdigit():
            assert len(behind.all(".patients tbody tr")) == int(number), link.get("id")
    assert len({link.get("id") for link in links}) == len(links)
    met = dana.get("/programme?year=2025&track=msk&group=met")
    assert met.texts(".patients tbody td:first-child") == ["Ada Long"]
    assert "All targets are met: Function (PF 6b) and Pain interference (PI 6a)." in met.text(".patients tbody")
    (link,) = met.all(".patients tbody a")
    assert link.get("href") == "/patients/p1000?case=p1000-msk-1"


def test_the_nearest_come_first(dana: Visit, engine: Engine) -> None:
    """Who is still to arrive, by how much is missing."""
    with_a_year(engine)
    page = dana.get("/programme?year=2025&track=msk&group=nearest")
    assert page.texts(".patients tbody td:first-child") == ["Bea Short", "Cy Young", "Di Old", "Ed New"]
    assert "2 more patients are needed for the threshold." in page.text("#programme")


def test_money_says_what_is_taken_off_now_and_then(dana: Visit, engine: Engine) -> None:
    """Five MSK years are 720; at 20% half is lost, at 40% a fifth. A patient's second track is paid 5% less."""
    with_a_year(engine)
    page = dana.get("/programme?year=2025")
    cells = [" ".join(cell.split()) for cell in page.texts("tr") if cell.startswith("MSK $")]
    assert len(cells) == 1
    for words in ("$720", "$360", "50%", "$144", "20%", "$576"):
        assert words in cells[0], cells
    assert [cell for cell in page.texts("tr") if cell.startswith("BH $136.80")]
    assert "substitute-spend rate is not known" in page.text("#programme")


def test_htmx_receives_the_pages_own_part(dana: Visit, engine: Engine) -> None:
    """The same address without the script is the whole page."""
    with_a_year(engine)
    path = "/programme?year=2025&track=msk&group=at-risk"
    part = dana.get(path, htmx=True)
    assert part.texts("h1") == []
    assert part.text("#programme") == dana.get(path).text("#programme")
    assert part.texts(".chip[aria-current]") == ["MSK 5", "at risk 2"]


def test_a_long_list_comes_in_pages(dana: Visit, engine: Engine) -> None:
    """Fifty at a time; a page beyond the last is the last."""
    Years(engine.db).many([(f"Patient {number:03}", "msk", {}, {}) for number in range(60)])
    page = dana.get("/programme?year=2026")
    assert len(page.all(".patients tbody tr")) == 50
    (following,) = page.all("[rel=next]")
    second = dana.get(following.get("href", "").partition("#")[0])
    assert len(second.all(".patients tbody tr")) == 10
    assert "Page 2 of 2, 60 patients" in second.text("#programme")
    assert len(dana.get("/programme?year=2026&page=99").all(".patients tbody tr")) == 10


@pytest.mark.parametrize("query", ["year=x", "year=1999", "track=xx", "group=zz", "page=-3", "page=x", "group="])
def test_a_wrong_address_shows_the_whole(dana: Visit, engine: Engine, query: str) -> None:
    """What cannot be is left aside, and nothing breaks."""
    a_patient(engine)
    page = dana.get(f"/programme?{query}")
    assert page.status == 200
    assert page.texts(".patients tbody td:first-child") == ["Ada Long"]


def test_a_year_is_shown_by_itself(dana: Visit, engine: Engine) -> None:
    """This year first; the others are a link away."""
    with_a_year(engine)
    a_patient(engine, "Fay Bright")
    page = dana.get("/programme")
    assert page.texts(".patients tbody td:first-child") == ["Fay Bright"]
    assert page.texts("nav.flow a") == ["Aligned in 2026", "Aligned in 2025"]


def test_an_auditor_sees_it_in_the_rail(visit: Visit) -> None:
    """It is for every role."""
    page = visit.signed_in("iris").get("/programme")
    assert "Programme" in page.texts(".rail nav a")
