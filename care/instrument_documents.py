"""How an instrument file becomes an Instrument, refusing what could not be asked or scored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, cast

from care.documents import LOINC, Entry, document_entry
from care.errors import InstrumentError
from care.questionnaires import Band, Better, Change, Codes, Domain, Instrument, Item, Option, Scoring
from care.scoring import RULES

_ID = re.compile(r"[a-z][a-z0-9]*")
_FIELDS = (
    "id", "title", "short_title", "owner", "terms", "source", "wording", "licensed_text", "recall",
    "instruction", "better", "unit", "items", "scoring", "bands", "change_that_matters", "loinc",
)  # fmt: skip


_ITEM_FIELDS = (
    "field", "label", "introduction", "loinc", "options", "minimum", "maximum", "minimum_label",
    "maximum_label",
)  # fmt: skip


def instrument_from(document: Mapping[str, Any]) -> Instrument:
    """Reads one instrument document; raises InstrumentError naming the file and the field."""
    root = document_entry(document, "instruments", InstrumentError)
    root.only(*_FIELDS)
    if not _ID.fullmatch(root.text("id")):
        raise root.fail("id", "must be lower-case letters and digits, such as phq9")
    items = tuple(_item(root, entry, number) for number, entry in enumerate(root.entries("items"), start=1))
    if not items:
        raise root.fail("items", "must hold at least one item")
    wording = root.choice("wording", ("shipped", "owner"))
    return Instrument(
        id=root.text("id"),
        title=root.text("title"),
        short_title=root.text("short_title"),
        owner=root.text("owner"),
        terms=root.text("terms"),
        source=root.text("source"),
        wording="owner" if wording == "owner" else "shipped",
        licensed_text=root.optional_text("licensed_text"),
        recall=root.text("recall", default=""),
        instruction=root.text("instruction", default=""),
        better=cast(Better, root.choice("better", ("higher", "lower"))),
        unit=root.text("unit"),
        items=items,
        scoring=_scoring(root.entry("scoring"), items),
        bands=_bands(root),
        change_that_matters=_change(root),
        loinc=_codes(root),
    )


def _item(root: Entry, entry: Entry, number: int) -> Item:
    entry.only(*_ITEM_FIELDS)
    expected = f"{root.text('id')}_{number}"
    if entry.text("field") != expected:
        raise entry.fail("field", f"must be '{expected}', as items are numbered from 1")
    options = tuple(_option(each) for each in entry.entries("options", default=[]))
    values = [option.value for option in options] or [entry.integer("minimum"), entry.integer("maximum")]
    if len(set(values)) != len(values) or (not options and values[0] >= values[1]):
        raise entry.fail("", "needs two or more different values: options, or minimum below maximum")
    return Item(
        field=expected,
        label=entry.text("label"),
        loinc=_loinc(entry, "loinc"),
        options=options,
        minimum=min(values),
        maximum=max(values),
        minimum_label=entry.optional_text("minimum_label"),
        maximum_label=entry.optional_text("maximum_label"),
        introduction=entry.optional_text("introduction"),
    )


def _option(entry: Entry) -> Option:
    entry.only("value", "label", "loinc")
    return Option(entry.integer("value"), entry.text("label"), entry.optional_text("loinc"))


def _scoring(entry: Entry, items: tuple[Item, ...]) -> Scoring:
    entry.only("rule", "missing", "decimals", "table", "domains")
    missing = entry.entry("missing")
    missing.only("allowed", "note")
    if not 0 <= missing.integer("allowed") < len(items):
        raise missing.fail("allowed", f"must be from 0 to {len(items) - 1}, one less than the items")
    scoring = Scoring(
        rule=entry.choice("rule", tuple(RULES)),
        missing_allowed=missing.integer("allowed"),
        missing_note=missing.text("note"),
        decimals=entry.integer("decimals", default=2),
        table=entry.numbers("table") if "table" in entry.values else {},
        domains=tuple(_domain(each, items) for each in entry.entries("domains", default=[])),
    )
    _check_rule(entry, scoring, items)
    return scoring


def _check_rule(entry: Entry, scoring: Scoring, items: tuple[Item, ...]) -> None:
    if scoring.rule == "table":
        sums = range(sum(item.minimum for item in items), sum(item.maximum for item in items) + 1)
        if set(scoring.table) != set(sums):
            raise entry.fail(
                "table", f"must give a score for each sum from {sums[0]} to {sums[-1]}, no other"
            )
        if scoring.missing_allowed:
            raise entry.fail("missing.allowed", "must be 0: the table holds for complete answers only")
    elif scoring.table:
        raise entry.fail("table", f"is not read by the rule '{scoring.rule}'; did you mean rule: table?")
    if scoring.rule == "code" and len(items) != 1:
        raise entry.fail("rule", f"'code' takes one item, this instrument has {len(items)}")
    if (scoring.rule in ("needs", "ahc_hrsn")) != bool(scoring.domains):
        raise entry.fail("domains", "belongs to the rule 'needs', which needs at least one domain")


def _domain(entry: Entry, items: tuple[Item, ...]) -> Domain:
    entry.only("name", "title", "needs", "sum_of", "at_least")
    needs = {each.integer("item"): each.integers("answers") for each in entry.entries("needs", default=[])}
    summed = entry.integers("sum_of")
    for number in (*needs, *summed):
        if number not in range(1, len(items) + 1):
            raise entry.fail("", f"names item {number}; items are numbered 1 to {len(items)}")
    for number, answers in needs.items():
        if not answers or not all(items[number - 1].allows(answer) for answer in answers):
            raise entry.fail("needs", f"item {number}: answers must be {items[number - 1].allowed}")
    at_least = entry.optional_integer("at_least")
    if bool(needs) == bool(summed) or bool(summed) != (at_least is not None):
        raise entry.fail("", "needs either `needs`, or `sum_of` with `at_least`")
    return Domain(entry.text("name"), entry.text("title"), needs, summed, at_least)


def _bands(root: Entry) -> tuple[Band, ...]:
    bands = []
    for entry in root.entries("bands", default=[]):
        entry.only("from", "label")
        bands.append(Band(entry.number("from"), entry.text("label")))
    if any(later.lowest <= earlier.lowest for earlier, later in pairwise(bands)):
        raise root.fail("bands", "must rise from the lowest score to the highest")
    return tuple(bands)


def _change(root: Entry) -> Change | None:
    entry = root.optional_entry("change_that_matters")
    if entry is None:
        return None
    entry.only("points", "up_to", "percent", "note")
    points, percent = entry.optional_number("points"), entry.optional_number("percent")
    if points is None and percent is None:
        raise entry.fail("", "needs points or percent")
    return Change(points, entry.optional_number("up_to"), percent, entry.text("note"))


def _codes(root: Entry) -> Codes:
    entry = root.optional_entry("loinc")
    if entry is None:
        return Codes()
    entry.only("panel", "score", "raw")
    return Codes(_loinc(entry, "panel"), _loinc(entry, "score"), _loinc(entry, "raw"))


def _loinc(entry: Entry, field: str) -> str | None:
    code = entry.optional_text(field)
    if code is not None and not LOINC.fullmatch(code):
        raise entry.fail(field, f"'{code}' is not a LOINC code; they look like 44261-6")
    return code
