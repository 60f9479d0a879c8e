"""From a DMN file to compiled decisions, each error naming file, element, rule and cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from engine.dmn.boxed import read_only
from engine.dmn.elements import Element, child, children, name_of, tag
from engine.dmn.errors import DmnSyntaxError, DmnUnsupported
from engine.dmn.graph import KINDS, Graph, in_order, read_graph
from engine.dmn.item_definitions import Types, read_types
from engine.dmn.knowledge import Knowledge, read_knowledge, variable_name
from engine.dmn.language import check_languages
from engine.dmn.model import Datum, DecisionModel, Variable
from engine.dmn.site import Meter, Site
from engine.feel import FeelError, Functions, compile_expression
from engine.feel.nodes import Name
from engine.safe_xml import parse_xml

#: DMN 1.1, 1.2, 1.3, 1.4 and 1.5
NAMESPACES: Final = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
_REFUSED: Final = {
    "decisionService": ("a decision service", "let the diagram decide its output decision"),
    "import": ("an import", "copy what it brings into this file"),
}
# What documents a file and changes nothing in what it decides.
_IGNORED: Final = frozenset(
    {
        "description",
        "extensionElements",
        "itemDefinition",
        "knowledgeSource",
        "textAnnotation",
        "association",
        "group",
        "elementCollection",
        "performanceIndicator",
        "organizationUnit",
        "businessContextElement",
        "artifact",
    }
)
_WORD: Final = re.compile(r"\w*")
_SPACED: Final = re.compile(r"[^\W\d]\w*(?: \w+)+")


def parse_decisions(data: bytes, source: str, *, functions: Functions) -> dict[str, DecisionModel]:
    """The decisions of a DMN file by id; expressions may call `functions` besides the built-ins.

    UnsafeXml, DmnSyntaxError or DmnUnsupported when the file holds anything that is not run as the standard says.
    """
    root = parse_xml(data, source)
    _check(root, source)
    types = read_types(root, source, functions)
    graph = read_graph(root, source)
    reader = _FileReader(source, functions, types, graph, frozenset(_member_names(root)))
    for element_id in in_order(graph, source):
        reader.read(element_id)
    return {str(each.get("id")): reader.decisions[str(each.get("id"))] for each in graph.of_kind("decision")}


def _check(root: Element, file: str) -> None:
    if etree.QName(root).namespace not in NAMESPACES or tag(root) != "definitions":
        hint = "expected <definitions> in a namespace of DMN 1.1 to 1.5"
        raise DmnSyntaxError(file, "", "", "", f"not a DMN file: the root is <{root.tag}>; {hint}")
    check_languages(root, file)
    for element in children(root):
        if tag(element) in _REFUSED:
            kind, hint = _REFUSED[tag(element)]
            raise DmnUnsupported(file, element.get("id") or element.get("name") or tag(element), kind, hint)
        if tag(element) not in _IGNORED and tag(element) not in KINDS:
            raise DmnSyntaxError(file, "", "", tag(element), "there is no such element in DMN; take it out")


def _member_names(root: Element) -> Iterator[str]:
    """The names of several words that values may have inside: of components, entries and columns.

    Only a component is looked for when its name holds a sign: the entry "a - b" is likely to be written as a - b.
    """
    for element in root.iter(f"{{{etree.QName(root).namespace}}}*"):
        entry = child(element, "variable") if tag(element) == "contextEntry" else None
        holds = element if tag(element) in ("output", "column") else entry
        if tag(element) == "itemComponent" and not _WORD.fullmatch(name_of(element)):
            yield name_of(element)
        elif holds is not None and _SPACED.fullmatch(name_of(holds)):
            yield name_of(holds)


@dataclass(slots=True)
class _FileReader:
    """Reads the elements of one file, each when those that it requires have been read."""

    file: str
    functions: Functions
    types: Types
    graph: Graph
    members: frozenset[str]
    meter: Meter = field(default_factory=Meter)
    decisions: dict[str, DecisionModel] = field(default_factory=dict)
    knowledge: dict[str, Knowledge] = field(default_factory=dict)
    data: dict[str, Datum] = field(default_factory=dict)

    def read(self, element_id: str) -> None:
        element = self.graph.elements[element_id]
        site = self._site(element, element_id)
        if tag(element) == "inputData":
            self.data[element_id] = _datum(element, site)
        elif tag(element) == "decision":
            self.decisions[element_id] = self._decision(element, element_id, site)
        else:
            known = tuple(self._knowledge(element_id))
            self.knowledge[element_id] = read_knowledge(element, _calling(known, site), known)

    def _site(self, element: Element, element_id: str) -> Site:
        kind, title = KINDS[tag(element)], name_of(element) or element_id
        site = Site(self.file, kind, element_id, title, self.functions, self.types, self.meter)
        return site.binding(*self.members)

    def _knowledge(self, element_id: str) -> Iterator[Knowledge]:
        for each in self.graph.required_by(element_id, "businessKnowledgeModel"):
            if each != element_id:
                yield self.knowledge[each]

    def _decision(self, element: Element, element_id: str, site: Site) -> DecisionModel:
        required = tuple(self.decisions[each] for each in self.graph.required_by(element_id, "decision"))
        data = tuple(self.data[each] for each in self.graph.required_by(element_id, "inputData"))
        knowledge = tuple(self._knowledge(element_id))
        _check_names([each.variable.name for each in required], data, knowledge, site)
        names = [name for each in required for name in each.bound_names]
        # Input data is in scope without its arrow too: the facts of a case always are.
        names += [variable_name(each) for each in self.graph.of_kind("inputData")]
        logic = read_only(element, _calling(knowledge, site.binding(*names)))
        before = dict.fromkeys(found for each in required for found in (*each.before, each))
        variable = _variable(element, site)
        return DecisionModel(element_id, site.title, variable, logic, required, tuple(before), data, knowledge)


def _calling(knowledge: tuple[Knowledge, ...], site: Site) -> Site:
    """The site where these functions can be called."""
    return site.calling({each.name: each.function.parameter_names for each in knowledge})


def _check_names(
    required: list[str], data: tuple[Datum, ...], knowledge: tuple[Knowledge, ...], site: Site
) -> None:
    seen: set[str] = set()
    for name in (*required, *(each.name for each in data), *(each.name for each in knowledge)):
        if name in seen:
            raise site.error(f"it requires two things that are named '{name}'; rename one")
        seen.add(name)


def _variable(element: Element, site: Site) -> Variable:
    variable = child(element, "variable")
    declared = variable is not None and bool(name_of(variable))
    return Variable(variable_name(element), site.type(variable), declared)


def _datum(element: Element, site: Site) -> Datum:
    name = variable_name(element)
    try:
        expression = compile_expression(name, names=(name,))
    except FeelError:
        expression = None
    readable = expression is not None and isinstance(expression.tree, Name)
    return Datum(name, _written(element), site.type(child(element, "variable")), expression if readable else None)


def _written(element: Element) -> str:
    variable = child(element, "variable")
    own = "" if variable is None else variable.get("name")
    return own or element.get("name") or element.get("id") or ""
