"""Every name that a scenario may use, from a folder of pathways: tasks, fields, instruments, facts, tracks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from care.documents import Entry
from care.errors import CareError, did_you_mean
from care.forms import Form, FormField, InstrumentField
from care.instruments import instrument_from
from care.measure_fields import fields_of
from care.measures import Measures
from care.questionnaires import Instrument
from engine.bpmn.extension import KINDS, NAMESPACE, child
from engine.bundle import BPMN, PathwayFiles
from engine.catalogue import Catalogue, catalogue_of
from engine.catalogue import Sources as CatalogueSources
from engine.measure_files import measures_of_folder
from engine.safe_xml import UnsafeXml, parse_xml
from engine.scenarios.document import ScenarioError
from engine.scenarios.model import Tasks
from engine.scenarios.reach import tracks_of
from engine.yaml_text import as_written, read_yaml


@dataclass(frozen=True, slots=True)
class UserTask:
    """A user task of a diagram."""

    element: str
    name: str
    form: str


@dataclass(frozen=True, slots=True)
class Names:
    """What the diagrams, forms and instruments of a folder are called."""

    tasks: Mapping[str, tuple[UserTask, ...]]  # by element: two diagrams may use the same id
    forms: Mapping[str, Form]
    instruments: Mapping[str, Instrument]
    measures: Measures
    tracks: frozenset[str]
    catalogue: Catalogue
    composed_facts: tuple[re.Pattern[str], ...]  # whose names an expression puts together

    # -- tasks --------------------------------------------------------------------------------------------------------
    def element(self, entry: Entry, key: str, value: object) -> str:
        """The element of a task that is named by its id, or by the name that stands in the diagram."""
        if not isinstance(value, str):
            raise entry.fail(key, f"name a task, not {as_written(value)}")
        if value in self.tasks:
            return value
        named = sorted({t.element for t in self._all_tasks() if t.name.lower() == value.lower()})
        if len(named) == 1:
            return named[0]
        if named:
            raise entry.fail(key, f"several tasks are called '{value}'; write one of {', '.join(named)}")
        known = [*self.tasks, *(t.name for t in self._all_tasks())]
        raise entry.fail(key, f"no diagram has a task '{value}'; {_close(value, known)}")

    def some(self, entry: Entry, key: str, value: object) -> Tasks:
        """Tasks by name, or all of a kind: `{kind: prom}`; one, or a list of them."""
        if value == []:
            raise entry.fail(key, "name at least one task")
        elements, kinds = set(), set()
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Mapping) and set(each) == {"kind"}:
                if each["kind"] not in KINDS:
                    raise entry.fail(key, f"no kind of task '{each['kind']}'; {did_you_mean(each['kind'], KINDS)}")
                kinds.add(str(each["kind"]))
            else:
                elements.add(self.element(entry, key, each))
        return Tasks(frozenset(elements), frozenset(kinds))

    def _all_tasks(self) -> Iterator[UserTask]:
        for tasks in self.tasks.values():
            yield from tasks

    # -- answers ------------------------------------------------------------------------------------------------------
    def check_answers_to(self, entry: Entry, key: str, element: str, data: Mapping[str, Any]) -> None:
        """Refuse an answer to a field that the task's form does not have."""
        forms = sorted({task.form for task in self.tasks[element]})
        known = {name for form in forms for name in self.fields_of(form)}
        for name in data:
            if name not in known:
                raise entry.fail(f"{key}.{name}", f"form '{', '.join(forms)}' asks no '{name}'; {_close(name, known)}")

    def check_defaults(self, entry: Entry, key: str, answers: Mapping[str, Any]) -> None:
        """Refuse a default answer for what no form asks."""
        anywhere = {name for form in self.forms for name in self.fields_of(form)} | set(self.instruments)
        for name, value in answers.items():
            if isinstance(value, Mapping):
                if name in self.tasks:
                    self.check_answers_to(entry, f"{key}.{name}", name, value)
                elif name in self.forms:
                    self._check_form(entry, f"{key}.{name}", name, value)
                else:
                    known = [*self.tasks, *self.forms]
                    raise entry.fail(f"{key}.{name}", f"no task or form '{name}'; {_close(name, known)}")
            elif name not in anywhere:
                raise entry.fail(f"{key}.{name}", f"no form asks '{name}'; {_close(name, anywhere)}")

    def _check_form(self, entry: Entry, key: str, form: str, data: Mapping[str, Any]) -> None:
        known = set(self.fields_of(form))
        for name in data:
            if name not in known:
                raise entry.fail(f"{key}.{name}", f"form '{form}' asks no '{name}'; {_close(name, known)}")

    def fields_of(self, form: str) -> Iterator[str]:
        """Every field and instrument that a form asks."""
        if form not in self.forms:
            return
        for field in self.forms[form].fields:
            if isinstance(field, FormField):
                yield field.name
            elif isinstance(field, InstrumentField):
                yield field.instrument
                if field.instrument in self.instruments:
                    yield from (item.field for item in self.instruments[field.instrument].items)
            elif field.measure in self.measures.by_id:
                yield from (each.name for each in fields_of(field, self.measures.by_id[field.measure]))

    # -- facts --------------------------------------------------------------------------------------------------------
    def check_fact(self, entry: Entry, key: str, name: str) -> None:
        """Refuse a fact that nothing in the folder writes."""
        found = self.catalogue.names.find(tuple(name.split(".")))
        composed = any(each.fullmatch(name) for each in self.composed_facts)
        if not composed and (found is None or found[1] != len(name.split("."))):
            nearest = self.catalogue.names.nearest(name)
            hint = f"did you mean '{nearest}'?" if nearest else "see the forms, instruments and decisions of the folder"
            raise entry.fail(key, f"nothing writes a fact '{name}'; {hint}")


def names_of(folder: Path) -> Names:
    """Read the names of a folder of pathways; raises ScenarioError for a file that cannot be read."""
    files = PathwayFiles(folder)
    texts = {path: files.read(path) for path in [*files.diagrams(), *_others(folder)]}
    try:
        roots = {path: parse_xml(text.encode(), path) for path, text in texts.items() if path.endswith(".bpmn")}
        instruments = [instrument_from(read_yaml(t)) for path, t in texts.items() if path.startswith("instruments/")]
    except UnsafeXml as error:
        raise ScenarioError(error.source, "", error.message) from error
    except CareError as error:
        raise ScenarioError(folder.name, "", error.message) from error
    except yaml.YAMLError as error:
        raise ScenarioError(f"{folder.name}/instruments", "", " ".join(str(error).split())) from error
    catalogue = catalogue_of(CatalogueSources(texts, roots))
    return Names(
        tasks=_tasks(roots.values()),
        forms={form.id: form for form in catalogue.forms.values()},
        instruments={each.id: each for each in instruments},
        measures=measures_of_folder(folder),
        tracks=frozenset(tracks_of(files)),
        catalogue=catalogue,
        composed_facts=tuple(_composed_facts(roots.values())),
    )


def _others(folder: Path) -> list[str]:
    found = [*folder.glob("decisions/*.dmn"), *folder.glob("forms/*.yaml"), *folder.glob("instruments/*.yaml")]
    return [path.relative_to(folder).as_posix() for path in sorted(found)]


def _tasks(roots: Iterable[Any]) -> dict[str, tuple[UserTask, ...]]:
    found: dict[str, tuple[UserTask, ...]] = {}
    for root in roots:
        for node in root.iter(BPMN + "userTask"):
            settings = child(node, "task")  # lint says what is missing in it, and a draft may be read before that
            if settings is not None:
                task = UserTask(str(node.get("id")), str(node.get("name")), settings.get("form") or "")
                found[task.element] = (*found.get(task.element, ()), task)
    return found


def _composed_facts(roots: Iterable[Any]) -> Iterator[re.Pattern[str]]:
    """What the names can be that `fact.record` puts together: `"need." + event.reason + ".state"`."""
    for root in roots:
        for parameter in root.iter(f"{{{NAMESPACE}}}parameter"):
            parts = [part.strip() for part in str(parameter.get("value")).split("+")]
            if parameter.get("name") == "name" and len(parts) > 1:
                literal = [re.escape(part.strip('"')) if part.startswith('"') else r"[a-z0-9_]+" for part in parts]
                yield re.compile("".join(literal))


def _close(name: object, known: Iterable[str]) -> str:
    """The closest name, else a word on where to look: a folder has too many names to list."""
    hint = did_you_mean(name, known)
    return hint if hint.startswith("did you mean") or len(hint) < 200 else "look it up in the diagrams and forms"
