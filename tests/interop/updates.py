"""An update with everything in it, and the letter that carries it: what the tests of channels share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from care.care_update import (
    Billing,
    CareUpdate,
    Contact,
    Diagnosis,
    Measure,
    Measured,
    Medicines,
    Organisation,
    Person,
    Review,
    as_document,
)
from engine.care_updates import digest_of
from engine.outgoing.outgoing import Letter

NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
KEY = "6f1d1c1e-9d7e-5b36-8b1e-3c9a3f0c2f11"


def an_update(**other: Any) -> CareUpdate:
    """An escalation in CKM, with one measure that has moved."""
    values: dict[str, Any] = {
        "occasion": "escalation",
        "composed_at": datetime(2026, 10, 5, 14, 0, tzinfo=UTC),
        "on": date(2026, 10, 5),
        "case_id": "p7-ckm-1",
        "track": "ckm",
        "programme": "Cardio-kidney-metabolic",
        "period": 1,
        "aligned_on": date(2026, 7, 6),
        "ends_on": date(2027, 7, 6),
        "day": 91,
        "organisation": Organisation("Blue Ridge Care", "1234567893", "(555) 0100", "care@example.org", "1 Main St"),
        "patient": Person("p7", "Ana Gómez", date(1950, 3, 1), "female", "1EG4TE5MK73", "(555) 0142", "es"),
        "case_manager": Contact("Dana Reed", "dana@example.org"),
        "pcp": "Dr. Bell",
        "recipient": "dr.bell@direct.example",
        "document_type": "34133-9",
        "diagnoses": (Diagnosis("I10", "Essential hypertension"), Diagnosis("E11.9")),
        "measures": (
            Measure(
                "systolic", "Systolic blood pressure", "mm[Hg]", "8480-6",
                Measured(date(2026, 7, 8), Decimal("152")), Measured(date(2026, 10, 4), Decimal("149.5")),
                "below 130 or 15 less than at baseline (137)", False,
            ),
        ),
        "goal": "walk to church <again> & back",
        "medicines": Medicines(("Lisinopril 10 mg", "Metformin 500 mg"), date(2026, 9, 1)),
        "happened": ("Blood pressure has not moved for 8 weeks.",),
        "billing": Billing("G0676", "30 USD"),
        "review": Review("Please look at the dose.", "Titrate?", (), "Dana Reed"),
    }  # fmt: skip
    return CareUpdate(**{**values, **other})


def a_letter(update: CareUpdate | None = None, id_: int = 12, key: str = KEY) -> Letter:
    found = update or an_update()
    return Letter(id_, key, found, digest_of(as_document(found)), NOW)
