"""How coded concepts and subjects of FHIR resources are read: the first coding, its words, whom it is about."""

from __future__ import annotations

from interop.fhir_elements import Element


def coding_of(concept: Element | None) -> Element | None:
    """The first coding of a CodeableConcept."""
    return next(concept.children("coding"), None) if concept else None


def code_of(concept: Element | None) -> str | None:
    """The first code of a CodeableConcept."""
    coding = coding_of(concept)
    return coding.text("code", most=64) if coding else None


def words_of(concept: Element | None) -> str | None:
    """What a person reads of a CodeableConcept: its text, else the first coding's display."""
    coding = coding_of(concept)
    return (concept.label("text") if concept else None) or (coding.label("display") if coding else None)


def subject_of(resource: Element) -> str:
    """The reference of whom a resource is about; raises UnusableElement where there is none."""
    subject = resource.child("subject")
    reference = subject.text("reference", most=400) if subject else None
    if reference is None:
        raise resource.fail("subject", "has no reference, so nobody knows whom it is about")
    return reference
