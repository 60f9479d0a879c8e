"""The types of the facts that an instrument's answers write: items, raw sum, score, band, needs."""

from __future__ import annotations

from collections.abc import Iterator

from care.errors import AnswerError
from care.instruments import Instrument, Item, score
from engine.feel.static import BOOLEAN, Type, bounded, choice_of, list_of


def facts_of_instrument(instrument: Instrument) -> Iterator[tuple[str, Type]]:
    """The name and type of each fact; `care.forms.instrument_facts` writes them."""
    for item in instrument.items:
        yield item.field, bounded(*_ends(item))
    raw, scored = _reach(instrument)
    yield f"{instrument.id}.raw", raw
    yield f"{instrument.id}.score", scored
    if instrument.bands:
        yield f"{instrument.id}.band", choice_of(band.label for band in instrument.bands)
    domains = [domain.name for domain in instrument.scoring.domains]
    if domains:
        yield from ((f"{instrument.id}.{name}", BOOLEAN) for name in domains)
        yield f"{instrument.id}.needs", list_of(choice_of(domains))
        yield f"{instrument.id}.needs_count", bounded(0, len(domains))


def _ends(item: Item) -> tuple[int, int]:
    values = [option.value for option in item.options] or [item.minimum, item.maximum]
    return min(values), max(values)


def _reach(instrument: Instrument) -> tuple[Type, Type]:
    """The bounds of raw sum and score: those of the lowest and of the highest answers, since every rule is monotone."""
    if instrument.scoring.domains:
        return bounded(0, None), bounded(0, None)
    try:
        ends = [score(instrument, [_ends(item)[end] for item in instrument.items]) for end in (0, 1)]
    except AnswerError:
        return bounded(None, None), bounded(None, None)
    raws, scores = sorted(each.raw for each in ends), sorted(each.score for each in ends)
    return bounded(*raws), bounded(*scores)
