"""The catalogue knows every name that a folder of pathways can write, with a type that its values have."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.forms import instrument_facts
from care.instruments import Instrument, instrument_from
from engine.catalogue import Sources, catalogue_of
from engine.catalogue.engine_facts import engine_names
from engine.catalogue.instrument_facts import facts_of_instrument
from engine.feel import kind_of, to_feel
from engine.feel.static import Type
from engine.safe_xml import parse_xml
from engine.scope import case_values
from engine.settings import SHIPPED_PATHWAYS
from engine.yaml_text import read_yaml

PATIENT = {
    "name": "Ada Lovelace",
    "birth_date": date(1950, 3, 1),
    "pcp": "Dr Babbage",
    "language": "en",
    "conditions": ["M17.11"],
}
CASE = {"id": "p1-msk-1", "track": "msk", "status": "active", "aligned_on": date(2026, 1, 5), "period": 1}
INSTRUMENTS = [
    instrument_from(read_yaml(file.read_text("utf-8"))) for file in sorted(SHIPPED_PATHWAYS.glob("instruments/*.yaml"))
]


def fits(value: object, type_: Type) -> bool:
    """Whether a value is one that the type allows."""
    feel = to_feel(value)
    if feel is None or not type_.is_known:
        return True
    if isinstance(feel, dict):
        members = dict(type_.members or ())
        return type_.kind == "context" and all(name in members and fits(feel[name], members[name]) for name in feel)
    if isinstance(feel, list):
        return type_.kind == "list" and all(fits(item, type_.item) for item in feel)  # type: ignore[arg-type]
    if type_.allowed is not None and feel not in type_.allowed:
        return False
    if isinstance(feel, Decimal):
        low, high = (feel if bound is None else bound for bound in (type_.low, type_.high))
        return type_.kind == "number" and low <= feel <= high
    return kind_of(feel) == type_.kind


def test_what_a_scope_holds_is_what_the_catalogue_says() -> None:
    """No name of the case, the patient or the day is missing in either."""
    values = case_values(CASE, PATIENT, datetime(2026, 2, 3, 14, tzinfo=UTC), ZoneInfo("America/New_York"))
    names = engine_names()
    for name, value in values.items():
        assert fits(value, names[name]), name
        if isinstance(value, dict):
            assert set(value) == {member for member, _ in names[name].members or ()}


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=[each.id for each in INSTRUMENTS])
@given(data=st.data())
def test_whatever_is_answered_lies_in_the_types_of_an_instruments_facts(
    instrument: Instrument, data: st.DataObject
) -> None:
    """Items, raw sum, score and band of any answers are within what the catalogue says, and none is unknown to it."""
    answers: list[int | None] = [
        data.draw(st.sampled_from([option.value for option in item.options]))
        if item.options
        else data.draw(st.integers(item.minimum, item.maximum))
        for item in instrument.items
    ]
    types = dict(facts_of_instrument(instrument))
    for fact in instrument_facts(instrument, answers):
        assert fits(fact.value, types[fact.name]), (fact, types[fact.name])


def test_the_shipped_pathways_write_what_they_read() -> None:
    """Forms, instruments, decisions and recorded facts are all there, with the values that they can have."""
    texts = _texts(SHIPPED_PATHWAYS)
    roots = {path: parse_xml(text.encode(), path) for path, text in texts.items() if path.endswith(".bpmn")}
    names = catalogue_of(Sources(texts, roots)).names.types
    assert names["intake.consent"].allowed == ("given", "declined")
    assert set(names["plateau.status"].allowed or ()) >= {"plateau", "worse", "unknown"}
    assert (names["nrs.score"].low, names["nrs.score"].high) == (0, 10)
    assert names["plateau.in_progress"].kind == "boolean"
    assert str(names["hrsn.needs"]) == "list of string"
    assert names["series.pf6b.score"].item is not None
    assert names["series.pf6b.score"].item.member("on") is not None


def test_a_file_that_cannot_be_read_adds_nothing_and_stops_nothing() -> None:
    """Its own rule says what is wrong with it."""
    texts = {"forms/a.yaml": "id: [", "decisions/b.dmn": "<nothing/>", "instruments/c.yaml": "id: c"}
    assert "case" in catalogue_of(Sources(texts, {})).names.types


def _texts(folder: Path) -> dict[str, str]:
    files = (file for kind in ("bpmn", "dmn", "yaml") for file in folder.rglob(f"*.{kind}"))
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in files}
