"""A data file is read with types, and its faults name file, field and rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from care.documents import Entry, document_entry
from care.errors import CareError, ConfigurationError, did_you_mean


def entry(**values: Any) -> Entry:
    """The root of a document with the given fields."""
    return document_entry({"id": "sample", **values}, "configuration", ConfigurationError)


def test_values_are_read_as_what_they_are() -> None:
    """Texts, numbers, days, lists and nested entries come out typed."""
    root = entry(
        a="x", n=3, d=0.1, day=date(2026, 7, 5), table={1: 2.5}, codes=["A"], nested={"n": 1}, flag=True
    )
    assert root.text("a") == "x"
    assert root.number("d") == Decimal("0.1")
    assert root.numbers("table") == {1: Decimal("2.5")}
    assert (root.day("day"), root.texts("codes"), root.flag("flag", False)) == (
        date(2026, 7, 5),
        ("A",),
        True,
    )
    assert (root.entry("nested").integer("n"), root.optional_integer("m"), root.optional_entry("m")) == (
        1,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (lambda root: root.text("missing"), "missing: must be a text, not None"),
        (lambda root: root.text("blank"), "blank: must be a text"),
        (lambda root: root.integer("flag"), "flag: must be a whole number, not True"),
        (lambda root: root.number("nan"), "nan: must be a finite number"),
        (lambda root: root.day("when"), "when: must be a date such as 2026-07-05"),
        (lambda root: root.flag("blank", default=False), "blank: must be true or false"),
        (lambda root: root.texts("flag"), "flag: must be a list of texts"),
        (lambda root: root.integers("texts"), "texts: must be a list of whole numbers"),
        (lambda root: root.numbers("keyed"), "keyed.a: must be keyed by whole numbers"),
        (lambda root: root.entry("flag"), "flag: must be a mapping with named fields"),
        (lambda root: root.entries("flag"), "flag: must be a list"),
        (lambda root: root.entries("texts"), r"texts\[1\]: must be a mapping"),
        (lambda root: root.choice("when", ("soon", "later")), "did you mean 'soon'"),
        (lambda root: root.only("id", "flags"), "is not a known field"),
    ],
)
def test_a_fault_names_file_field_and_rule(read: Callable[[Entry], object], words: str) -> None:
    """What is wrong is said where it is wrong."""
    root = entry(blank=" ", flag=True, nan=float("nan"), when="soo", texts=["a"], keyed={"a": 1})
    with pytest.raises(ConfigurationError, match=f"configuration/sample: .*{words}"):
        read(root)


def test_a_document_must_be_a_mapping() -> None:
    """A list at the top level is refused by the kind of file."""
    document: Any = ["a"]
    with pytest.raises(ConfigurationError, match="instruments: must be a mapping"):
        document_entry(document, "instruments", ConfigurationError)


def test_the_hint_is_the_closest_name_or_all_of_them() -> None:
    """A near miss is named; otherwise the known names are listed."""
    assert did_you_mean("phq8", ["phq9", "gad7"]) == "did you mean 'phq9'?"
    assert did_you_mean("zzz", ["phq9", "gad7"]) == "known: gad7, phq9"
    assert did_you_mean("zzz", []) == "none is known"


def test_every_error_has_a_stable_code_of_its_own() -> None:
    """Codes are what a program may rely on."""

    def family(root: type[CareError]) -> list[type[CareError]]:
        return [root, *(found for each in root.__subclasses__() for found in family(each))]

    found = family(CareError)
    codes = [each.code for each in found]
    assert len(codes) == len(set(codes))
    # a floor above may refine one of these, under its own name
    assert all(each.code.startswith("care.") for each in found if each.__module__.startswith("care."))
