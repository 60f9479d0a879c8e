"""Whether a patient could be aligned to a track, as CMS would probably answer; CMS decides, this foretells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from care.access import AccessRules
from care.criteria import Criteria
from care.diagnoses import plain_code
from care.errors import ConfigurationError, UnknownName
from care.exclusions import Exclusions

EligibilityCode = Literal[
    "eligible",
    "eligible-pending-diagnosis",
    "eligible-switch-participants",
    "not-eligible-not-medicare",
    "not-eligible-services",
    "not-eligible-diagnoses",
    "not-eligible-control-group",
    "not-eligible-already-aligned",
    "not-eligible-clinical-exclusion",
    "not-eligible-mismatch",
]


# As CMS writes the tracks.
TRACK_NAMES: Final = {"eckm": "eCKM", "ckm": "CKM", "msk": "MSK", "bh": "BH"}


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """What is known beside the diagnoses; None is unknown, and what is unknown stands in nobody's way.

    `services` are names of the configuration (hospice, esrd); `open_tracks` the tracks of this participant;
    `aligned_elsewhere_on` the day of an alignment in the same track with another participant.
    """

    has_medicare: bool | None = None
    matches_record: bool | None = None
    services: tuple[str, ...] = ()
    control_group_since: date | None = None
    open_tracks: tuple[str, ...] = ()
    aligned_elsewhere_on: date | None = None
    has_central_obesity: bool | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The answer foretold: its code in CMS's ACCESSEligibilityResultCS, a sentence, and the codes it rests on."""

    code: EligibilityCode
    sentence: str
    codes: tuple[str, ...] = ()

    @property
    def is_eligible(self) -> bool:
        """Whether nothing known stands in the way; a diagnosis may still be wanting."""
        return self.code.startswith("eligible")


def eligibility(
    rules: AccessRules, track: str, codes: Iterable[str], on: date, known: KnownFacts | None = None
) -> Eligibility:
    """The answer to foretell on a day for a track and the patient's ICD-10-CM codes.

    The first thing in the way is the answer, in this order, which is ours: mismatch, Medicare, services, clinical
    exclusion, diagnoses, control group, alignment. Raises UnknownName for another track or service.
    """
    given, facts = tuple(codes), known or KnownFacts()
    blocked = (
        _outside_medicare(facts)
        or _services(rules, facts)
        or _excluded(rules, track, given)
        or _services_shown(rules, given)
    )
    if blocked is not None:
        return blocked
    diagnosed = _diagnosed(rules, track, given, facts)
    if not diagnosed.is_eligible:
        return diagnosed
    return _control_group(rules, facts, on) or _aligned(rules, track, facts, on, diagnosed) or diagnosed


def _outside_medicare(facts: KnownFacts) -> Eligibility | None:
    if facts.matches_record is False:
        words = "Name, birth date or MBI do not match Medicare's record: correct them."
        return Eligibility("not-eligible-mismatch", words)
    if facts.has_medicare is False:
        words = "The patient does not have Original Medicare (Parts A and B) as primary insurance."
        return Eligibility("not-eligible-not-medicare", words)
    return None


def _services(rules: AccessRules, facts: KnownFacts) -> Eligibility | None:
    exclusions = _exclusions(rules)
    for name in facts.services:
        if name not in exclusions.services:
            raise UnknownName("service", name, exclusions.services)
        words = f"The patient receives {exclusions.services[name].title}, which ends eligibility."
        return Eligibility("not-eligible-services", words)
    return None


def _services_shown(rules: AccessRules, codes: tuple[str, ...]) -> Eligibility | None:
    for shown in _exclusions(rules).services_shown_by(codes):
        words = f"{shown.code} shows {shown.title}, which ends eligibility."
        return Eligibility("not-eligible-services", words, (shown.code,))
    return None


def _excluded(rules: AccessRules, track: str, codes: tuple[str, ...]) -> Eligibility | None:
    found = _exclusions(rules).excluding(track, codes)
    if not found:
        return None
    words = "; ".join(f"{each.code} ({each.title})" for each in found)
    return Eligibility("not-eligible-clinical-exclusion", f"Clinical exclusion: {words}.", tuple(e.code for e in found))


def _diagnosed(rules: AccessRules, track: str, codes: tuple[str, ...], facts: KnownFacts) -> Eligibility:
    qualifying = rules.qualifies(track, codes)
    if not codes:
        sentence = f"No diagnosis is known yet; {TRACK_NAMES[track]} needs a qualifying one."
        return Eligibility("eligible-pending-diagnosis", sentence)
    if not qualifying:
        sentence = f"None of the diagnoses on record qualifies for {TRACK_NAMES[track]}."
        return Eligibility("not-eligible-diagnoses", sentence)
    criteria = rules.diagnoses[track].criteria
    if criteria is not None:
        return _by_criteria(criteria, track, qualifying, facts.has_central_obesity)
    return Eligibility("eligible", f"{', '.join(qualifying)} qualifies for {TRACK_NAMES[track]}.", qualifying)


def _by_criteria(criteria: Criteria, track: str, codes: tuple[str, ...], has_marker: bool | None) -> Eligibility:
    plain = tuple(map(plain_code, codes))
    shown = criteria.conditions(plain, has_marker)
    titles = ", ".join(criteria.groups[name].title for name in shown)
    if criteria.are_met(shown):
        said = titles[:1].upper() + titles[1:]
        return Eligibility("eligible", f"{said} ({', '.join(codes)}) qualifies for {TRACK_NAMES[track]}.", codes)
    has = f"shown so far: {titles}" if titles else "none is shown yet"
    marker = "; overweight counts once central obesity is recorded" if criteria.awaits_marker(plain, has_marker) else ""
    words = f"{TRACK_NAMES[track]} needs {criteria.wanted()}; {has}{marker}."
    return Eligibility("eligible-pending-diagnosis", words, codes)


def _control_group(rules: AccessRules, facts: KnownFacts, on: date) -> Eligibility | None:
    if facts.control_group_since is None:
        return None
    until = rules.alignment.control_group_ends(facts.control_group_since)
    if on >= until:
        return None
    return Eligibility("not-eligible-control-group", f"The patient is in the control group; ask again from {until}.")


def _aligned(rules: AccessRules, track: str, facts: KnownFacts, on: date, diagnosed: Eligibility) -> Eligibility | None:
    reason = rules.alignment.may_align(track, facts.open_tracks)
    if reason is not None:
        return Eligibility("not-eligible-already-aligned", reason)
    if facts.aligned_elsewhere_on is None:
        return None
    switch = rules.alignment.may_switch(track, track, facts.aligned_elsewhere_on, on, attested=True)
    if not switch.allowed:
        return Eligibility("not-eligible-already-aligned", f"Aligned with another participant. {switch.sentence}")
    if diagnosed.code != "eligible":
        return None
    words = f"{switch.sentence} Send {rules.alignment.attestation} with the patient's consent."
    return Eligibility("eligible-switch-participants", words, diagnosed.codes)


def _exclusions(rules: AccessRules) -> Exclusions:
    if rules.exclusions is None:
        name = f"configuration/access-{rules.performance_year}"
        raise ConfigurationError(name, "exclusions", "give the year's exclusions document when the rules are read")
    return rules.exclusions
