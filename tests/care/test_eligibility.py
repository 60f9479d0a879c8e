"""The answer that CMS would probably give is foretold from what is known, with the reason in a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from care.access import AccessRules
from care.cms_codes import cms_codes_from
from care.diagnoses import diagnoses_from
from care.eligibility import EligibilityCode, KnownFacts, eligibility
from care.errors import ConfigurationError, UnknownName
from care.exclusions import exclusions_from

CONFIGURATION = Path(__file__).parents[2] / "pathways" / "configuration"
TODAY = date(2026, 9, 1)


def read(name: str) -> Any:
    """One configuration file."""
    return yaml.safe_load((CONFIGURATION / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def full(rules: AccessRules) -> AccessRules:
    """The shipped rules with the shipped exclusions."""
    return replace(rules, exclusions=exclusions_from(read("exclusions-2026.yaml")))


@pytest.mark.parametrize(
    ("track", "codes", "answer", "words"),
    [
        ("msk", ["M17.11"], "eligible", "M17.11 qualifies for MSK"),
        ("msk", ["I10"], "not-eligible-diagnoses", "None of the diagnoses on record qualifies"),
        ("msk", [], "eligible-pending-diagnosis", "No diagnosis is known yet"),
        ("msk", ["M17.11", "M05.79"], "not-eligible-clinical-exclusion", "M05.79 (inflammatory rheumatic"),
        ("msk", ["M17.11", "N18.6"], "not-eligible-services", "N18.6 shows end-stage renal disease"),
        ("bh", ["F32.1", "f3110"], "not-eligible-clinical-exclusion", "f3110 (schizophrenia, manic"),
        ("bh", ["F41.1", "M05.79"], "eligible", "F41.1"),  # rheumatic disease excludes from MSK only
        ("bh", ["F41.1", "F03.A0"], "eligible", "F41.1"),  # mild unspecified dementia is in no set of CMS
        ("ckm", ["E11.9", "N18.6"], "not-eligible-clinical-exclusion", "N18.6 (chronic kidney disease"),
        ("ckm", ["E11.00"], "not-eligible-clinical-exclusion", "E11.00"),  # in both sets: the exclusion wins
    ],
)
def test_the_diagnoses_decide_first(full: AccessRules, track: str, codes: list[str], answer: str, words: str) -> None:
    """Exclusions come before what qualifies, and are those of the track."""
    found = eligibility(full, track, codes, TODAY)
    assert found.code == answer
    assert words in found.sentence


@pytest.mark.parametrize(
    ("codes", "central", "answer", "words"),
    [
        (["I10"], None, "eligible", "Hypertension (I10)"),
        (["E78.5"], None, "eligible-pending-diagnosis", "shown so far: dyslipidemia"),
        (["E78.5", "E78.1"], None, "eligible-pending-diagnosis", "2 of dyslipidemia"),
        (["E78.5", "R73.03"], None, "eligible", "Dyslipidemia, prediabetes"),
        (["E66.9", "R73.03"], None, "eligible", "obesity"),
        (["E66.3", "R73.03"], None, "eligible-pending-diagnosis", "once central obesity is recorded"),
        (["E66.3", "R73.03"], True, "eligible", "overweight"),
        (["E66.3", "E66.9"], True, "eligible-pending-diagnosis", "shown so far: obesity or overweight"),
        (["E66.3"], False, "eligible-pending-diagnosis", "none is shown yet."),
    ],
)
def test_early_ckm_asks_for_hypertension_or_two_others(
    full: AccessRules, codes: list[str], central: bool | None, answer: str, words: str
) -> None:
    """Two codes of one condition are one condition; overweight counts with a marker of central obesity."""
    found = eligibility(full, "eckm", codes, TODAY, KnownFacts(has_central_obesity=central))
    assert found.code == answer
    assert words in found.sentence


@pytest.mark.parametrize(
    ("known", "answer", "words"),
    [
        (KnownFacts(matches_record=False, has_medicare=False), "not-eligible-mismatch", "do not match"),
        (KnownFacts(has_medicare=False), "not-eligible-not-medicare", "Original Medicare"),
        (KnownFacts(services=("hospice",)), "not-eligible-services", "hospice care"),
        (KnownFacts(control_group_since=date(2025, 9, 2)), "not-eligible-control-group", "from 2026-09-02"),
        (KnownFacts(control_group_since=date(2025, 9, 1)), "eligible", ""),
        (KnownFacts(open_tracks=("eckm",)), "not-eligible-already-aligned", "exclude each other"),
        (KnownFacts(aligned_elsewhere_on=date(2026, 8, 1)), "not-eligible-already-aligned", "lock-in of 90 days"),
        (KnownFacts(aligned_elsewhere_on=date(2026, 6, 1)), "eligible-switch-participants", "switchConsentAttestation"),
        (KnownFacts(has_medicare=True, matches_record=True), "eligible", ""),
    ],
)
def test_what_is_known_beside_the_diagnoses_decides_then(
    full: AccessRules, known: KnownFacts, answer: str, words: str
) -> None:
    """The first thing in the way is the answer; what is unknown stands in nobody's way."""
    found = eligibility(full, "ckm", ["E11.9"], TODAY, known)
    assert found.code == answer
    assert words in found.sentence


def test_every_answer_is_a_code_of_cms() -> None:
    """The codes we may foretell are exactly those of ACCESSEligibilityResultCS, in their canonical system."""
    system = cms_codes_from(read("cms-codes.yaml"))["eligibility_results"]
    assert set(get_args(EligibilityCode)) == set(system.codes)
    assert system.source.endswith("/ACCESSEligibilityResultCS")


def test_every_code_system_names_its_version_and_address() -> None:
    """A code without its canonical address cannot be sent; an unknown code is refused with a hint."""
    systems = cms_codes_from(read("cms-codes.yaml"))
    assert {name: len(each.codes) for name, each in systems.items()} == {
        "tracks": 4,
        "referral_types": 3,
        "eligibility_results": 10,
        "alignment_results": 10,
        "unalignment_reasons": 4,
        "unalignment_results": 4,
        "event_types": 7,
    }
    assert all(each.source.startswith("https://") and each.version for each in systems.values())
    with pytest.raises(UnknownName, match="did you mean 'loss-of-contact'"):
        systems["unalignment_reasons"]["loss-of-contacts"]


def test_the_exclusions_are_as_many_as_cms_lists(full: AccessRules) -> None:
    """Each track holds as many codes and families as CMS's value set of release 0.9.11."""
    assert full.exclusions is not None
    counts = {
        track: (sum(len(g.codes) for g in each.groups), sum(len(g.families) for g in each.groups))
        for track, each in full.exclusions.sets.items()
    }
    assert counts == {"eckm": (167, 97), "ckm": (167, 97), "msk": (26, 93), "bh": (7, 90)}


def test_what_is_not_configured_is_said(full: AccessRules, rules: AccessRules) -> None:
    """A mistyped service, an unknown track, and rules that were read without exclusions."""
    with pytest.raises(UnknownName, match="did you mean 'hospice'"):
        eligibility(full, "msk", [], TODAY, KnownFacts(services=("hospise",)))
    with pytest.raises(UnknownName, match="did you mean 'msk'"):
        eligibility(full, "mskk", ["M17.11"], TODAY)
    with pytest.raises(ConfigurationError, match="exclusions: give the year's exclusions"):
        eligibility(replace(rules, exclusions=None), "msk", ["M17.11"], TODAY)


def test_criteria_cannot_name_a_code_outside_the_value_set() -> None:
    """A group with a code that CMS does not list is refused by field."""
    document = read("diagnoses-eckm.yaml")
    document["criteria"]["groups"]["prediabetes"]["codes"] = ["R73.09"]
    with pytest.raises(ConfigurationError, match=r"criteria\.groups\.prediabetes\.codes: holds codes outside.*R7309"):
        diagnoses_from(document)


def test_every_code_of_early_ckm_stands_in_one_condition(full: AccessRules) -> None:
    """No qualifying diagnosis is forgotten by the rule, and none counts twice."""
    early = full.diagnoses["eckm"]
    assert early.criteria is not None
    listed = [code for group in early.criteria.groups.values() for code in (*group.codes, *group.with_marker)]
    assert sorted(listed) == sorted(early.codes)
