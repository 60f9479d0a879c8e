"""A programme on its way when the director changes it: two hundred running cases, and few scenarios to play."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.application import Engine
from engine.settings import SHIPPED_PATHWAYS
from tests.webui.builders import Patient, a_patient, days_pass

STUCK = ["Cora Webb", "Dean Ortiz", "Elsa Frank"]  # whose weekly check-in is open
_PLAYED = ["msk-consent-declined.yaml", "msk-plateau-gives-way.yaml"]
_ENROLLED, _AT_INTAKE = 46, 150


def with_two_scenarios(folder: Path) -> Path:
    """The shipped pathways with two of their scenarios: publishing plays all of a track's."""
    shutil.copytree(SHIPPED_PATHWAYS, folder)
    for file in folder.glob("scenarios/*.yaml"):
        if file.name not in _PLAYED:
            file.unlink()
    return folder


def two_hundred(engine: Engine) -> Patient:
    """Everybody, on day 28 of the first; that one, Ada, has come to a plateau and has no check-in open."""
    ada = a_patient(engine).enrolled()
    ada.answer("care_update")
    ada.answer("sdoh_screen")
    for week in (1, 2, 3, 4):
        if week == 3:
            stuck = [a_patient(engine, name).enrolled() for name in STUCK]
        days_pass(engine, 7)
        ada.answer("pain_checkin")
    assert [each.task("pain_checkin")["case_id"] for each in stuck]
    ada.answer("prom_milestone")
    for number in range(_ENROLLED):
        a_patient(engine, f"Enrolled {number:03}").enrolled()
    for number in range(_AT_INTAKE):
        a_patient(engine, f"New {number:03}")
    return ada
