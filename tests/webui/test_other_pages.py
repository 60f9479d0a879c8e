"""Team, patients and pathways."""

from __future__ import annotations

from engine.application import Engine
from tests.webui.builders import Visit, a_patient, days_pass


def test_the_team_page_says_who_has_what_and_what_is_late(dana: Visit, engine: Engine) -> None:
    """What nobody has comes first."""
    a_patient(engine)
    a_patient(engine, "Bea Short", assignee=None)
    days_pass(engine, 8)
    page = dana.get("/team")
    assert page.texts("tbody td:first-child") == ["Nobody yet", "Dana Reed"]
    assert "3 days late" in page.texts("ol li")[0]


def test_a_patient_is_found_by_name(dana: Visit, engine: Engine) -> None:
    """The partial that htmx receives is the page's own."""
    a_patient(engine)
    a_patient(engine, "Bea Short")
    page = dana.get("/patients?q=bea")
    assert page.texts("tbody td:first-child") == ["Bea Short"]
    assert dana.get("/patients?q=bea", htmx=True).text("#patients") == page.text("#patients")
    assert "Nobody here by that name" in dana.get("/patients?q=zz").text("#patients")


def test_pathways_list_every_published_version_with_its_diagrams(dana: Visit) -> None:
    """The year's own first; the viewer is given XML of each process it calls."""
    page = dana.get("/pathways")
    (link, *_) = page.all("main .cols a")
    version = dana.get(link.get("href"))
    address = version.all("[data-diagram]")[0].get("data-diagram")
    diagrams = dana.client.get(address).get_json()["diagrams"]
    assert len(diagrams) == len(version.all("[data-process]"))
    assert all("definitions" in each["xml"] for each in diagrams)
    names = [each["name"] for each in diagrams]
    assert names == version.texts("[data-process]")
    assert "PROM milestone" in names
    assert "discharged" in page.text("main")
