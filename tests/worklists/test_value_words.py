"""How values are said in a story."""

from __future__ import annotations

from typing import Any

import pytest

from engine.measure_files import shipped_measures
from engine.settings import SHIPPED_PATHWAYS
from engine.years import targets_in
from worklists.value_words import value_words

WORDS = value_words(targets_in(SHIPPED_PATHWAYS), shipped_measures())
READING = [{"code": "8480-6", "value": 152}, {"code": "8462-4", "value": 91}]


def test_facts_are_named_in_the_units_that_they_are_kept_in() -> None:
    """Scores by their target, measures by their own name, parts of one measure together; items are not said."""
    facts = {"bp.systolic": 146, "bp.diastolic": 88, "hba1c.value": 7.2, "phq9.score": 12, "phq9_3": 2}
    assert WORDS.of_facts(facts) == ["Depression (PHQ-9) 12", "Blood pressure 146/88 mmHg", "HbA1c 7.2%"]


def test_what_rules_note_is_not_said() -> None:
    """Technical facts have no words."""
    noted = {"deadline.missed": "quarterly", "report.last_on": "2026-01-13", "need.food.state": "referred"}
    assert WORDS.of_facts(noted | {"eligibility.exclusions": ["F03"], "warning.pain_on": "2026-02-01"}) == []


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"components": READING, "unit": "mm[Hg]"}, "Blood pressure 152/91 mmHg"),
        (
            {"components": [*READING, {"code": "8480-6", "value": 149}, {"code": "8462-4", "value": 90}]},
            "Blood pressure 151/91 mmHg",
        ),
        ({"code": "8462-4", "value": 91}, "Blood pressure, diastolic 91 mmHg"),
        ({"code": "29463-7", "value": 200, "unit": "[lb_av]"}, "Body weight 200 lb"),
        ({"code": "72514-3", "value": 4}, "Pain (NRS) 4"),
        ({"code": "57698-3", "value": 121.0, "unit": "mg/dL"}, "LDL cholesterol 121 mg/dL"),
        ({"code": "99999-9", "value": 2.5, "unit": "%"}, "99999-9 2.5%"),
    ],
)
def test_what_was_sent_is_said_as_it_was_sent(payload: dict[str, Any], said: str) -> None:
    """By name where the code has one, in the sender's unit as people write it; readings by their mean."""
    assert WORDS.of_payload(payload) == [said]
