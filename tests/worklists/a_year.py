"""A patient's first quarter for the tests of the patient's page: measured, admitted after a fall, home again."""

from __future__ import annotations

from typing import Any

import pytest

from engine.application import Engine
from engine.clock import SetClock
from tests.pathways.patient_year import PatientYear

# What a page says of a case does not depend on the database; that both answer alike is tested with the queries.
on_sqlite = pytest.mark.parametrize("db", ["sqlite"], indirect=True)

TWO_NEEDS = {"outcome": "asked", "hrsn_4": 1, "hrsn_6": 1}  # food and transport
REFERRED = {"outcome": "referred", "referred_to": "County Rides"}


def a_year(engine: Engine, clock: SetClock, **given: Any) -> PatientYear:
    """A case that begins today; each task is answered as it appears. ``given`` as in PatientYear."""
    answers = {"screen_social_needs": TWO_NEEDS, "refer_need": REFERRED} | given.pop("answers", {})
    return PatientYear(engine, clock, answers=answers, **given)
