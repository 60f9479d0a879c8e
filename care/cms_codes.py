"""The codes with which CMS answers and is asked, by code system, with the version and canonical address of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from care.documents import Entry, document_entry
from care.errors import ConfigurationError
from care.windows import named


@dataclass(frozen=True, slots=True)
class CmsCode:
    """One code: its display, and what it means in a sentence."""

    code: str
    title: str
    meaning: str


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """CMS's codes for one thing; `source` is the canonical address that goes with a code in FHIR."""

    name: str
    version: str
    source: str
    codes: Mapping[str, CmsCode]

    def __getitem__(self, code: str) -> CmsCode:
        return named(self.codes, f"code of {self.name}", code)


def cms_codes_from(document: Mapping[str, Any]) -> dict[str, CodeSystem]:
    """Reads the document of CMS's codes, by the name of each system; raises ConfigurationError naming the field."""
    root = document_entry(document, "configuration", ConfigurationError)
    root.only("id", "systems")
    systems = root.entry("systems")
    return {name: _system(name, systems.entry(name)) for name in systems.values}


def _system(name: str, entry: Entry) -> CodeSystem:
    entry.only("version", "source", "codes")
    codes = {code: _code(code, entry.entry("codes").entry(code)) for code in entry.entry("codes").values}
    return CodeSystem(name, entry.text("version"), entry.text("source"), codes)


def _code(code: str, entry: Entry) -> CmsCode:
    entry.only("title", "meaning")
    return CmsCode(code, entry.text("title"), entry.text("meaning"))
