"""All names and types of a folder of pathways, put together from what writes them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import yaml

from care.errors import CareError, did_you_mean
from care.forms import Form, form_from
from care.instruments import Instrument, instrument_from
from care.measure_documents import check_units, measures_from
from care.measures import Measures
from engine.bundle import MEASURES_FILE
from engine.catalogue.diagram_facts import facts_of_diagram
from engine.catalogue.engine_facts import engine_names
from engine.catalogue.form_facts import facts_of_form
from engine.catalogue.instrument_facts import facts_of_instrument
from engine.decisions import decisions_in
from engine.dmn import DecisionModel, DmnError
from engine.feel.static import DATE, NUMBER, Names, Type, context_of, joined, list_of
from engine.measure_files import shipped_measures
from engine.safe_xml import UnsafeXml
from engine.yaml_text import read_yaml

_D = TypeVar("_D", Form, Instrument)
#: A measure whose LOINC code has no name of its own is kept under its code.
_OPEN: Final = {"loinc.": NUMBER, "series.loinc.": list_of(context_of({"on": DATE, "value": NUMBER}))}


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of pathways: texts by path, and the roots of the diagrams among them."""

    texts: Mapping[str, str]
    roots: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What expressions may read, and the forms and decisions that were read to know it, by path and by id.

    `unread` are the forms, instruments and measures that cannot be read, and why; what they write is not known.
    """

    names: Names
    forms: Mapping[str, Form]
    decisions: Mapping[str, Mapping[str, DecisionModel]]
    unread: Mapping[str, str]


def catalogue_of(sources: Sources) -> Catalogue:
    """The names of all files; a file that cannot be read adds none, and is another rule's."""
    unread: dict[str, str] = {}
    forms = dict(_documents(sources.texts, "forms/", form_from, unread))
    instruments = dict(_documents(sources.texts, "instruments/", instrument_from, unread))
    unread |= _without_instrument(forms, {each.id for each in instruments.values()})
    measures = _measures(sources.texts, unread)
    unread |= _without_measure(forms, measures)
    decisions = dict(_decisions(sources.texts))
    types = engine_names()
    _add(types, (fact for form in forms.values() for fact in facts_of_form(form, measures)))
    _add(types, (fact for each in instruments.values() for fact in facts_of_instrument(each)))
    by_id = {found: model for models in decisions.values() for found, model in models.items()}
    known = _with_series(types)
    _add(types, [fact for root in sources.roots.values() for fact in facts_of_diagram(root, by_id, known)])
    return Catalogue(_with_series(types), forms, decisions, unread)


def _without_instrument(forms: Mapping[str, Form], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """The forms that ask an instrument that is not there."""
    for path, form in forms.items():
        for name in form.instruments:
            if known and name not in known:
                yield path, f"no instrument '{name}'; {did_you_mean(name, known)}"


def _without_measure(forms: Mapping[str, Form], measures: Measures) -> Iterator[tuple[str, str]]:
    """The forms that ask a measure that is not configured."""
    for path, form in forms.items():
        for name in form.measures:
            if name not in measures.by_id:
                yield path, f"no measure '{name}'; {did_you_mean(name, measures.by_id)}"


def _measures(texts: Mapping[str, str], unread: dict[str, str]) -> Measures:
    """Those of the folder's file, and the shipped ones where it has none or a wrong one."""
    for path, text in texts.items():
        if f"/{path}".endswith(f"/{MEASURES_FILE}"):
            try:
                measures = measures_from(read_yaml(text))
                check_units(measures)
                return measures
            except (CareError, yaml.YAMLError) as error:
                unread[path] = " ".join(str(error).split())
    return shipped_measures()


def _add(types: dict[str, Type], facts: Iterable[tuple[str, Type]]) -> None:
    """A fact that several things write has the type of them all."""
    for name, type_ in facts:
        types[name] = joined((types[name], type_)) if name in types else type_


def _with_series(types: Mapping[str, Type]) -> Names:
    """The names, and beside each that of all its values, oldest first."""
    series = {f"series.{name}": list_of(context_of({"on": DATE, "value": type_})) for name, type_ in types.items()}
    return Names({**types, **series}, _OPEN)


def _documents(
    texts: Mapping[str, str], folder: str, read: Callable[[Mapping[str, Any]], _D], unread: dict[str, str]
) -> Iterator[tuple[str, _D]]:
    for path, text in texts.items():
        if f"/{path}".rpartition("/")[0].endswith("/" + folder.rstrip("/")):
            try:
                yield path, read(read_yaml(text))
            except (CareError, yaml.YAMLError) as error:
                unread[path] = " ".join(str(error).split())


def _decisions(texts: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, DecisionModel]]]:
    for path, text in texts.items():
        if path.endswith(".dmn"):
            try:
                yield path, decisions_in(text, path)
            except (DmnError, UnsafeXml):
                continue
