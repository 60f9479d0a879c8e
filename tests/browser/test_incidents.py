"""A director finds what stands still, sees the step in its diagram, and lets it go on; in light and in dark."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.application import Engine
from engine.bundle import PathwayFiles
from engine.publish import publish
from engine.settings import SHIPPED_PATHWAYS
from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.webui.builders import Patient, a_patient, days_pass


def stuck(engine: Engine, folder: Path, names: tuple[str, ...]) -> list[Patient]:
    """Patients whose check-ins cannot be counted any more: the version's cycle reads what nobody records."""
    copied = Path(shutil.copytree(SHIPPED_PATHWAYS, folder / "pathways"))
    main = copied / "msk.bpmn"
    failing = 'if case.day &gt; 6 then null else [case.aligned_on + duration("P7D")]'
    main.write_text(main.read_text().replace(">R/P7D<", f">{failing}<", 1))
    with engine.db.writing() as connection:
        now = engine.clock.now()
        publish(connection, PathwayFiles(copied), "msk.bpmn", note="poison", by="test", now=now)
    found = [a_patient(engine, name).enrolled() for name in names]
    days_pass(engine, 8)
    return found


def test_a_director_sees_the_step_and_skips_it(open_window: Open, engine: Engine, tmp_path: Path) -> None:
    """From the count in the rail to the patient who goes on."""
    one, _ = stuck(engine, tmp_path, ("Ada Long", "Ben Ito"))
    window = open_window()
    page = window.sign_in("omar", "/incidents")
    page.wait_for_selector("#count-incidents:not([aria-busy])")
    assert page.locator("#count-incidents").inner_text() == "2"
    assert findings(page) == []
    page.get_by_role("link", name="Ada Long").click()
    page.wait_for_selector(".djs-element.is-failed")
    assert findings(page) == []
    page.get_by_label("Why it may be left out for Ada Long").fill("seen in person each week")
    page.get_by_role("button", name="Skip").click()
    page.wait_for_selector("text=Settled by Omar Reyes")
    page.goto(f"{window.address}/patients/{one.id}")
    assert "stands still" not in page.inner_text("main")
