"""How an organisation's licensed wording replaces an instrument's neutral labels, leaving scoring alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from care.documents import Entry, document_entry
from care.errors import InstrumentError
from care.questionnaires import Instrument, Item, Option


def with_licensed_text(instrument: Instrument, document: Mapping[str, Any]) -> Instrument:
    """The instrument in its owner's words.

    The document holds `id`, optionally `instruction`, and `items`: one entry an item, in order, with
    `label` and `options`, a list of one text for each allowed number from the lowest up. Raises
    InstrumentError naming the field.
    """
    root = document_entry(document, "licensed", InstrumentError)
    root.only("id", "instruction", "items")
    if root.text("id") != instrument.id:
        raise root.fail("id", f"is not '{instrument.id}', the instrument this text is for")
    entries = root.entries("items")
    if len(entries) != len(instrument.items):
        raise root.fail("items", f"must hold {len(instrument.items)} items in order, not {len(entries)}")
    items = tuple(_worded(item, entry) for item, entry in zip(instrument.items, entries, strict=True))
    instruction = root.text("instruction", default=instrument.instruction)
    return replace(instrument, items=items, instruction=instruction, wording="shipped")


def _worded(item: Item, entry: Entry) -> Item:
    entry.only("label", "options")
    texts = entry.texts("options")
    values = sorted(option.value for option in item.options) or list(range(item.minimum, item.maximum + 1))
    if len(texts) != len(values):
        raise entry.fail("options", f"must hold {len(values)} texts, for {values[0]} up to {values[-1]}")
    codes = {option.value: option.loinc for option in item.options}
    options = tuple(Option(value, text, codes.get(value)) for value, text in zip(values, texts, strict=True))
    return replace(item, label=entry.text("label"), options=options)
