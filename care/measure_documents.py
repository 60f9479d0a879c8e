"""How the file of measures becomes Measures, refusing what could not be recorded, converted or told apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from care.documents import LOINC, Entry, document_entry
from care.errors import ConfigurationError
from care.measures import Measure, Measures, Part, Reportable, Unit
from care.ucum import factor

_ID = re.compile(r"[a-z][a-z0-9]*")
SOURCES = ("device", "lab", "clinician", "patient", "form")
_FIELDS = (
    "id", "title", "panel", "parts", "units", "decimals", "falling", "readings", "freshness", "reportable", "source",
)  # fmt: skip


def measures_from(document: Mapping[str, Any]) -> Measures:
    """Reads the measures; raises ConfigurationError naming the field."""
    root = document_entry(document, "configuration", ConfigurationError)
    root.only("id", "measures")
    measures: dict[str, Measure] = {}
    codes: set[str] = set()
    for entry in root.entries("measures"):
        measure = _measure(entry)
        if measure.id in measures:
            raise entry.fail("id", f"'{measure.id}' is the id of two measures")
        if twice := codes & set(measure.codes):
            raise entry.fail("", f"the LOINC code {min(twice)} stands for another measure already")
        codes |= set(measure.codes)
        measures[measure.id] = measure
    return Measures(measures)


def check_units(measures: Measures) -> None:
    """Raises UnitError for a unit that could not be converted; it takes a moment, so reading alone does not do it."""
    for measure in measures.by_id.values():
        for unit in measure.units:
            if unit.factor is None:
                factor(unit.code, measure.unit.code)


def _measure(entry: Entry) -> Measure:
    entry.only(*_FIELDS)
    measure = Measure(
        id=_name(entry),
        title=entry.text("title"),
        panel=_loinc(entry, "panel") if entry.values.get("panel") is not None else None,
        parts=tuple(_part(each) for each in entry.entries("parts")),
        units=tuple(_unit(each) for each in entry.entries("units")),
        decimals=entry.integer("decimals"),
        falling=entry.flag("falling", default=False),
        readings=entry.integer("readings", default=1),
        freshness=entry.optional_text("freshness"),
        reportable=_reportable(entry.entry("reportable")),
        source=entry.text("source"),
    )
    if not measure.parts or not measure.units:
        raise entry.fail("", "needs at least one part and one unit")
    if measure.unit.factor is not None or measure.unit.offset:
        raise entry.fail("units", "the first unit is the one that facts are kept in: it takes no factor and no offset")
    if not 0 <= measure.decimals <= 6 or not 1 <= measure.readings <= 5:
        raise entry.fail("", "decimals are 0 to 6, readings 1 to 5")
    if len(measure.parts) == 1 and measure.parts[0].id != measure.id:
        raise entry.fail("parts", f"a single part has the measure's id '{measure.id}'")
    return measure


def _name(entry: Entry) -> str:
    name = entry.text("id")
    if not _ID.fullmatch(name):
        raise entry.fail("id", f"'{name}' must be lower-case letters and digits, such as hba1c")
    return name


def _part(entry: Entry) -> Part:
    entry.only("id", "title", "fact", "loinc", "plausible")
    limits = entry.entry("plausible")
    limits.only("from", "to")
    lowest, highest = limits.number("from"), limits.number("to")
    if lowest >= highest:
        raise limits.fail("to", f"must be above `from` ({lowest})")
    return Part(_name(entry), entry.text("title"), entry.text("fact"), _loinc(entry, "loinc"), lowest, highest)


def _unit(entry: Entry) -> Unit:
    entry.only("unit", "shown", "spellings", "factor", "offset", "source")
    code, ratio = entry.text("unit"), entry.optional_number("factor")
    if ratio is None and entry.values.get("offset") is not None:
        raise entry.fail("offset", "belongs to a factor")
    if ratio is not None and (ratio <= 0 or entry.optional_text("source") is None):
        raise entry.fail("factor", "is above 0, and `source` says where it comes from")
    offset = entry.optional_number("offset") or Decimal(0)
    return Unit(code, entry.text("shown", default=code), entry.texts("spellings"), ratio, offset)


def _reportable(entry: Entry) -> Reportable:
    entry.only("sources", "takes", "source")
    sources = entry.texts("sources")
    for each in sources:
        if each not in SOURCES:
            raise entry.fail("sources", f"'{each}' is no source of values; known: {', '.join(SOURCES)}")
    return Reportable(sources, entry.text("takes"), entry.text("source"))


def _loinc(entry: Entry, field: str) -> str:
    code = entry.text(field)
    if not LOINC.fullmatch(code):
        raise entry.fail(field, f"'{code}' is not a LOINC code; they look like 8480-6")
    return code
