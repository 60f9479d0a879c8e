"""`throughline patients import`: who came in, and which measures reached a case."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Throughline
from tests.interop.synthea import a_blood_pressure, a_bundle, a_patient, an_observation, write


def test_an_import_says_what_reached_the_case_and_what_could_not(sandbox: Throughline, tmp_path: Path) -> None:
    """Patients first; with an open case its measures are delivered once, and an impossible one is named."""
    pressure = a_blood_pressure() | {"effectiveDateTime": "2026-07-05T08:00:00-04:00"}
    bundle = a_bundle(a_patient(), pressure, an_observation("o1", "29463-7", 8140, "kg"))
    file = str(write(tmp_path, "ada.json", bundle))
    patient = sandbox.json("patients", "import", file)["patients"][0]["id"]
    sandbox("cases", "start", "--patient", patient, "--track", "msk")
    told = sandbox.json("patients", "import", file)
    assert (told["skipped"], told["delivered"]) == (1, 1)
    (refused,) = told["refused"]
    assert (refused["source"], refused["patient_id"]) == ("fhir:Observation/o1", patient)
    assert "Body weight can be from 15 to 700 kg, not 8140 kg" in refused["reason"]
    assert "0 measures delivered to cases, 1 refused" in sandbox("patients", "import", file).stdout
