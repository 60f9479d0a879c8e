"""Which of a patient's ICD-10-CM codes qualify for a track, by CMS's value sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from care.criteria import Criteria, criteria_in
from care.documents import document_entry
from care.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Diagnoses:
    """A track's qualifying diagnoses, by its CMS value set, whose canonical address is `source`.

    Single codes, whole families (a code and all below it), and the headings that are taken out of the
    families. `criteria` say which conditions are needed together, for a track where one code is not enough.
    """

    track: str
    title: str
    version: str
    source: str
    codes: frozenset[str]
    families: tuple[str, ...]
    excluded: frozenset[str]
    criteria: Criteria | None = None

    def qualifying(self, codes: Iterable[str]) -> tuple[str, ...]:
        """The given codes that qualify, in the order given, as they were written; none when none does.

        Dots and case do not matter (`m1711` is `M17.11`). Only codes the value set holds count: `M54.50` is
        not in it although its former heading `M54.5` is.
        """
        return tuple(code for code in codes if self._holds(plain_code(code)))

    def _holds(self, code: str) -> bool:
        if code in self.excluded:
            return False
        return code in self.codes or code.startswith(self.families)


def diagnoses_from(document: Mapping[str, Any]) -> Diagnoses:
    """Reads one track's diagnoses document; raises ConfigurationError naming the field."""
    root = document_entry(document, "configuration", ConfigurationError)
    root.only("id", "track", "title", "version", "source", "codes", "families", "excluded", "criteria")
    codes = frozenset(map(plain_code, root.texts("codes")))
    criteria = root.optional_entry("criteria")
    return Diagnoses(
        track=root.text("track"),
        title=root.text("title"),
        version=root.text("version"),
        source=root.text("source"),
        codes=codes,
        families=tuple(map(plain_code, root.texts("families"))),
        excluded=frozenset(map(plain_code, root.texts("excluded"))),
        criteria=None if criteria is None else criteria_in(criteria, codes),
    )


def plain_code(code: str) -> str:
    """An ICD-10-CM code without its dot, in capitals: how codes are compared."""
    return code.strip().upper().replace(".", "")
