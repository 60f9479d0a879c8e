"""What the editor offers to choose from: kinds, roles, forms, tables, operations, events, facts and functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from engine.bpmn.extension import KINDS, PRIORITIES, ROLES, TRACKS
from engine.bundle import BPMN, decision_ids, is_started
from engine.catalogue import Sources, catalogue_of
from engine.events import EVENTS, INTERNAL
from engine.feel import BUILTINS
from engine.feel.static import Type
from engine.functions import SIGNATURES
from engine.operations import OPERATIONS
from engine.safe_xml import UnsafeXml, parse_xml
from engine.studio.titles import title_of_form


def choices_of(texts: Mapping[str, str]) -> dict[str, Any]:
    """The names that a diagram of a folder of pathways may use, as lists for a properties panel."""
    roots = dict(_roots(texts))
    catalogue = catalogue_of(Sources(texts, roots))
    facts = [fact for name, type_ in sorted(catalogue.names.types.items()) for fact in _facts(name, type_)]
    return {
        "kinds": list(KINDS),
        "roles": list(ROLES),
        "priorities": list(PRIORITIES),
        "tracks": list(TRACKS),
        "forms": list(_forms(texts)),
        "decisions": list(_decisions(texts, catalogue.decisions)),
        "operations": list(_operations()),
        "processes": list(_processes(texts, roots)),
        "events": list(_events()),
        "facts": [fact for fact in facts if not fact["name"].startswith("series.")],
        "series": [fact for fact in facts if fact["name"].startswith("series.")],
        "functions": list(_functions()),
    }


def _facts(name: str, type_: Type) -> Iterator[dict[str, str]]:
    """A fact and, of a context such as `case`, what stands in it: each under its whole name."""
    yield {"name": name, "type": str(type_)}
    for member, inner in type_.members or ():
        yield from _facts(f"{name}.{member}", inner)


def _roots(texts: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for path, text in texts.items():
        if path.endswith(".bpmn"):
            with suppress(UnsafeXml):  # lint says what is wrong with it
                yield path, parse_xml(text.encode(), path)


def _forms(texts: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for path in sorted(texts):
        if path.startswith("forms/"):
            form = path.removeprefix("forms/").removesuffix(".yaml")
            yield {"id": form, "title": title_of_form(texts[path]) or form}


def _decisions(texts: Mapping[str, str], read: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Also those that cannot be read yet: a rule task may name a table that is still being written."""
    for path in sorted(texts):
        if path.endswith(".dmn"):
            for decision in decision_ids(texts[path]):
                model = read.get(path, {}).get(decision)
                yield {"id": decision, "name": getattr(model, "name", None) or decision, "file": path}


def _operations() -> Iterator[dict[str, Any]]:
    for operation in OPERATIONS.values():
        parameters = [{"name": name, "type": "FEEL"} for name in sorted(operation.parameters)]
        yield {"name": operation.name, "purpose": operation.purpose, "parameters": parameters}


def _processes(texts: Mapping[str, str], roots: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The processes that a call activity may call: those that do not start by themselves."""
    for path, root in sorted(roots.items()):
        if not is_started(texts[path], path):
            for process in root.iter(BPMN + "process"):
                identity = str(process.get("id"))
                yield {"id": identity, "name": str(process.get("name") or identity), "file": path}


def _events() -> Iterator[dict[str, str]]:
    for name, event in EVENTS.items():
        yield {"type": name, "sentence": event.sentence}
    for name, sentence in INTERNAL.items():
        yield {"type": name, "sentence": sentence}


def _functions() -> Iterator[dict[str, str]]:
    for forms in (*SIGNATURES.values(), *BUILTINS.values()):
        for form in forms:
            yield {"name": form.name, "signature": form.signature}
