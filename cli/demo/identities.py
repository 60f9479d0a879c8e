"""Who the demo's patients are: made-up people of Medicare age, none of them real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

_WOMEN = (
    "Alice", "Beatriz", "Carol", "Dolores", "Edith", "Fumiko", "Gloria", "Hattie", "Irene", "Joyce", "Kavita",
    "Lucille", "Marisol", "Norma", "Opal", "Phyllis", "Rosalind", "Shirley", "Thuy", "Wanda",
)  # fmt: skip
_MEN = (
    "Albert", "Bernard", "Cesar", "Dwight", "Earl", "Floyd", "Gerald", "Harold", "Ignacio", "Jerome", "Kenji",
    "Leonard", "Marvin", "Nathaniel", "Otis", "Prakash", "Raymond", "Stanley", "Tomasz", "Walter",
)  # fmt: skip
_FAMILIES = (
    "Abbott", "Baptiste", "Castillo", "Dawson", "Eriksen", "Fontaine", "Gutierrez", "Hollis", "Ivanov", "Jackson",
    "Kowalski", "Lindqvist", "Mbeki", "Nakamura", "Okafor", "Pereira", "Quinn", "Rosenthal", "Sandoval",
    "Thibodeaux", "Underwood", "Vang", "Washington", "Xiong", "Yoder", "Zielinski",
)  # fmt: skip
_PHYSICIANS = (
    "Dr. Elaine Porter", "Dr. Samuel Oyelaran", "Dr. Priya Raman", "Dr. Thomas Keller", "Dr. Lucia Mendes",
    "Dr. Harriet Cole",
)  # fmt: skip
# Region of the pain: ICD-10-CM codes of the ACCESS MSK value set.
DIAGNOSES = {
    "knee": ("M25.561", "M25.562"),
    "hip": ("M16.11", "M16.12"),
    "low_back": ("M54.5", "M47.816"),
    "neck": ("M54.2", "M47.812"),
    "upper_limb": ("M25.511", "M75.101"),
}
# The other tracks: codes of their value sets; for eCKM hypertension, or two of the other conditions.
_CODES = {
    "ckm": (("E11.9",), ("E11.65", "I25.10"), ("N18.31",), ("I25.10",), ("E11.9", "N18.30")),
    "eckm": (("I10",), ("I10", "E78.5"), ("E78.5", "R73.03"), ("I10", "E66.9")),
    "bh": (("F33.1",), ("F41.1",), ("F32.1", "F41.1"), ("F34.1",)),
}
_REGIONS = ("knee", "knee", "knee", "low_back", "low_back", "low_back", "hip", "neck", "upper_limb", "upper_limb")
_LETTERS = "ACDEFGHJKMNPQRTUVWXY"


@dataclass(frozen=True, slots=True)
class Identity:
    """A made-up patient: the columns of the patient's row, and the region that hurts."""

    columns: dict[str, Any]
    region: str


def identity(number: int, today: date, tracks: Sequence[str], chance: Random) -> Identity:
    """The demo's patient of that number, with diagnoses of the tracks; the same chance gives the same person."""
    woman = chance.random() < 0.58
    first = chance.choice(_WOMEN if woman else _MEN)
    family = _FAMILIES[(number * 7 + chance.randrange(3)) % len(_FAMILIES)]
    region = chance.choice(_REGIONS)
    age = timedelta(days=int(365.25 * chance.triangular(65, 89, 71)))
    spanish = family in ("Castillo", "Gutierrez", "Sandoval") and chance.random() < 0.5
    columns = {
        "name": f"{first} {family}",
        "birth_date": today - age,
        "sex": "female" if woman else "male",
        "mbi": _mbi(chance),
        # 555-0100 to 555-0199 belong to nobody
        "phone": f"(555) 555-01{number % 100:02d}",
        "language": "es" if spanish else "en",
        "time_zone": "America/New_York",
        "conditions": [code for track in tracks for code in _diagnoses(track, region, chance)],
        "pcp": chance.choice(_PHYSICIANS),
        "equity": {
            "dual_eligible": chance.random() < 0.2,
            "rural": chance.random() < 0.25,
            "disability": chance.random() < 0.15,
            "digital_access": chance.random() < 0.8,
        },
        "source": f"demo:{number}",
    }
    return Identity(columns, region)


def _diagnoses(track: str, region: str, chance: Random) -> tuple[str, ...]:
    return (chance.choice(DIAGNOSES[region]),) if track == "msk" else chance.choice(_CODES[track])


def _mbi(chance: Random) -> str:
    """A Medicare Beneficiary Identifier in CMS's format: C A AN N A AN N A A N N."""
    pools = {"C": "123456789", "A": _LETTERS, "X": _LETTERS + "0123456789", "N": "0123456789"}
    return "".join(chance.choice(pools[kind]) for kind in "CAXNAXNAANN")
