"""A version of a pathway, compiled once and shared by all its cases: specs, tables, forms, instruments, measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from care.errors import CareError
from care.forms import Form, form_from
from care.instruments import Instrument, instrument_from
from care.measures import Measures
from engine.bpmn.extension import PathwaySettings, pathway_settings
from engine.bpmn.live import CaseProcessSpec
from engine.bpmn.parser import PathwayParser
from engine.bundle import BPMN, MEASURES_FILE, content_hash, main_process
from engine.decisions import decisions_in
from engine.dmn import DecisionModel
from engine.errors import DefinitionError
from engine.lint import lint_sources
from engine.measure_files import measures_in
from engine.safe_xml import parse_xml
from engine.yaml_text import read_yaml


@dataclass(frozen=True, slots=True)
class Definition:
    """A compiled version. ``specs`` holds the main process and every called or embedded one, by process id."""

    hash: str
    process_id: str
    file: str
    settings: PathwaySettings
    messages: tuple[str, ...]  # the event types that start it; empty for a track's pathway
    specs: Mapping[str, CaseProcessSpec]
    files: Mapping[str, str]  # process id -> the file it stands in
    decisions: Mapping[str, DecisionModel]
    forms: Mapping[str, Form]
    instruments: Mapping[str, Instrument]
    measures: Measures | None  # those of its own file; without one the shipped ones hold


def compile_definition(sources: Mapping[str, str], main: str) -> Definition:
    """Compile a bundle whose main diagram is ``main``.

    Raises DefinitionError for the first thing that lint calls an error: nothing is run that is not run as BPMN says.
    """
    return _accepted(tuple(sources.items()), main)


def load_definition(sources: Mapping[str, str], main: str) -> Definition:
    """Compile a published version: what was accepted once runs on, whatever lint has learnt since."""
    return _compiled(tuple(sources.items()), main)


# What is checked, rehearsed and then published has the same texts each time. Nothing is ever written to a definition.
@lru_cache(maxsize=64)
def _accepted(items: tuple[tuple[str, str], ...], main: str) -> Definition:
    faults = [finding for finding in lint_sources(dict(items)) if finding.severity == "error"]
    if faults:
        first = faults[0]
        raise DefinitionError(first.file, first.element, first.rule, f"{first.message}; {first.hint}")
    return _compiled(items, main)


@lru_cache(maxsize=64)
def _compiled(items: tuple[tuple[str, str], ...], main: str) -> Definition:
    sources = dict(items)
    roots = {path: parse_xml(text.encode(), path) for path, text in sources.items() if path.endswith(".bpmn")}
    process_id = main_process(sources[main], main)
    specs = _specs(roots, process_id, main)
    process = next(p for p in roots[main].iter(BPMN + "process") if p.get("id") == process_id)
    instruments = _documents(sources, "instruments/", instrument_from)
    return Definition(
        hash=content_hash(sources),
        process_id=process_id,
        file=main,
        settings=pathway_settings(process) or PathwaySettings(process.get("name") or process_id),
        messages=_messages(roots[main], process),
        specs=specs,
        files={str(p.get("id")): path for path, root in roots.items() for p in root.iter(BPMN + "process")},
        decisions=_decisions(sources),
        forms=_documents(sources, "forms/", form_from),
        instruments=instruments,
        measures=measures_in(sources) if MEASURES_FILE in sources else None,
    )


def _specs(roots: Mapping[str, Any], process_id: str, main: str) -> dict[str, CaseProcessSpec]:
    parser = PathwayParser()
    try:
        for path, root in roots.items():
            parser.add_bpmn_xml(root, path)
        return {process_id: parser.get_spec(process_id), **parser.get_subprocess_specs(process_id)}
    except ValidationException as error:
        raise DefinitionError(
            error.file_name or main, getattr(error, "id", None), "bpmn", str(error)
        ) from error


def _messages(root: Any, process: Any) -> tuple[str, ...]:
    names = {message.get("id"): message.get("name") for message in root.iter(BPMN + "message")}
    starts = process.findall(f"{BPMN}startEvent/{BPMN}messageEventDefinition")
    return tuple(names.get(start.get("messageRef"), "") for start in starts)


def _decisions(sources: Mapping[str, str]) -> dict[str, DecisionModel]:
    found: dict[str, DecisionModel] = {}
    for path, text in sources.items():
        if path.endswith(".dmn"):
            decisions = decisions_in(text, path)
            for twin in found.keys() & decisions.keys():
                raise DefinitionError(path, twin, "decision", f"another file has a decision '{twin}', too; rename one")
            found.update(decisions)
    return found


def _documents(sources: Mapping[str, str], folder: str, read: Any) -> dict[str, Any]:
    found = {}
    for path, text in sources.items():
        if path.startswith(folder):
            try:
                document = read(read_yaml(text))
            except (CareError, yaml.YAMLError) as error:
                raise DefinitionError(path, None, "document", str(error)) from error
            found[document.id] = document
    return found
