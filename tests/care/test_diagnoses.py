"""A patient's diagnoses qualify for a track exactly as CMS's value sets say."""

from __future__ import annotations

import pytest

from care.access import AccessRules
from care.diagnoses import diagnoses_from
from care.errors import ConfigurationError, UnknownName


@pytest.mark.parametrize(
    ("track", "given", "qualifying"),
    [
        ("msk", ["M17.11", "I10"], ("M17.11",)),
        ("msk", ["m1711"], ("m1711",)),
        ("msk", ["M17.1", "M17"], ()),  # headings are taken out of the family
        ("msk", ["M54.5", "M54.50"], ("M54.5",)),  # the value set names only the former heading
        ("ckm", ["E11.9", "E11", "N18.31", "G45.4"], ("E11.9", "N18.31")),
        ("eckm", ["I10", "R73.03", "E11.9"], ("I10", "R73.03")),
        ("bh", ["F32.1", "F41.1", "F20.0"], ("F32.1", "F41.1")),
        ("bh", [], ()),
    ],
)
def test_the_codes_of_the_value_set_qualify(
    rules: AccessRules, track: str, given: list[str], qualifying: tuple[str, ...]
) -> None:
    """Codes come back as written, in order, and only those that the track's value set holds."""
    assert rules.qualifies(track, given) == qualifying


def test_the_value_sets_are_complete_and_name_their_source(rules: AccessRules) -> None:
    """Each track holds as many single codes as release 0.9.0 of the guide, and its canonical address."""
    counts = {track: len(each.codes) for track, each in rules.diagnoses.items()}
    assert counts == {"msk": 350, "ckm": 50, "eckm": 34, "bh": 38}
    assert all(
        each.source.startswith("https://") and each.version == "0.9.0" for each in rules.diagnoses.values()
    )


def test_an_unknown_track_is_refused_with_a_hint(rules: AccessRules) -> None:
    """A mistyped track is not taken for one that nobody qualifies for."""
    with pytest.raises(UnknownName, match="did you mean 'eckm'"):
        rules.qualifies("ekcm", ["I10"])


def test_a_faulty_diagnoses_file_is_refused() -> None:
    """Codes must be texts."""
    document = {
        "id": "diagnoses-x",
        "track": "x",
        "title": "X",
        "version": "1",
        "source": "s",
        "codes": [1.0],
    }
    with pytest.raises(
        ConfigurationError, match=r"configuration/diagnoses-x: codes: must be a list of texts"
    ):
        diagnoses_from(document)
