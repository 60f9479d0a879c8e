"""What is different between two texts of one decision file, by decision, column and row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from engine.compare.change import Change, What, sentence_of
from engine.compare.drawn import Drawn, drawn_in, redrawn
from engine.compare.markup import Parts, differing, local, nodes, parts_of
from engine.compare.part_words import tag_words
from engine.compare.quoting import altered
from engine.compare.table_changes import table_changes
from engine.compare.tables import Table, table_of
from engine.safe_xml import parse_xml

_WORDS: Final = {
    "description": "description",
    "literalExpression/text": "expression",
    "variable/typeRef": "type of its result",
    "variable/name": "name of its result",
    "decisionTable/hitPolicy": "hit policy",
    "decisionTable/aggregation": "how its results are put together",
    "requiredDecision/href": "a decision that it requires",
    "requiredInput/href": "an input that it requires",
    "requiredKnowledge/href": "a function that it requires",
    "allowedValues/text": "allowed values",
}
_DEFAULTS: Final = {"hitPolicy": "UNIQUE", "expressionLanguage": "", "isCollection": "false"}
_FILE: Final = "definitions"
_DRAWN: Final = frozenset({"DMNDI", "extensionElements"})


@dataclass(frozen=True, slots=True)
class _Item:
    """A decision, an input, a type, or the file itself: what it says besides the rows of its table."""

    id: str
    kind: str
    name: str
    parts: Parts
    table: Table | None
    drawn: Drawn


def compare_decisions(file: str, before: str, after: str) -> list[Change]:
    """The changes of a decision file; raises UnsafeXml for a text that is no XML."""
    old, new = _items(before, file), _items(after, file)
    gone = [_change(file, item, "removed", "taken out") for key, item in old.items() if key not in new]
    return gone + [change for key, item in new.items() for change in _told(file, old.get(key), item)]


def _items(text: str, file: str) -> dict[str, _Item]:
    root = parse_xml(text.encode(), file)
    drawn = drawn_in(root, "dmnElementRef")
    whole = parts_of(root, leave_out=lambda node: local(node) != "description", attributes=frozenset({"namespace"}))
    whole = {path: text for path, text in whole.items() if path in ("name", "description")}
    found = {_FILE: _Item(_FILE, "file", whole.get("name", file), whole, None, Drawn())}
    for node in nodes(root):
        if local(node) not in (*_DRAWN, "description"):
            item = _item(node, drawn)
            found[item.id] = item
    return found


def _item(node: Any, drawn: dict[str, Drawn]) -> _Item:
    identity = str(node.get("id") or node.get("name") or local(node))
    table = next((child for child in nodes(node) if local(child) == "decisionTable"), None)
    parts = parts_of(node, leave_out=_is_of_table, attributes=frozenset())
    parts = {path: text for path, text in parts.items() if text and _DEFAULTS.get(path.rsplit("/", 1)[-1]) != text}
    name = " ".join((node.get("name") or identity).split())
    read = None if table is None else table_of(table)
    return _Item(identity, tag_words(local(node)), name, parts, read, drawn.get(identity, Drawn()))


def _is_of_table(node: Any) -> bool:
    holder = local(node.getparent())
    return local(node) == "extensionElements" or (holder == "decisionTable" and local(node) in _OF_TABLE)


_OF_TABLE: Final = ("input", "output", "rule", "annotation")


def _told(file: str, was: _Item | None, now: _Item) -> Iterator[Change]:
    if was is None:
        yield _change(file, now, "added", f"added (a {now.kind})")
        return
    told = [altered(_words(path), was.parts.get(path), now.parts.get(path)) for path in differing(was.parts, now.parts)]
    changes = [_change(file, now, "changed", each) for each in told]
    if was.table is not None and now.table is not None:
        for each in table_changes(was.table, now.table):
            sentence = sentence_of(f"{now.name}, {each.subject}", each.told)
            changes.append(Change(file, each.element or now.id, now.name, each.what, sentence))
    elif (was.table is None) != (now.table is None):
        words = "became a decision table" if was.table is None else "is no decision table any more"
        changes.append(_change(file, now, "changed", words))
    yield from changes
    if not changes and (way := redrawn(was.drawn, now.drawn, is_line=False)):
        yield _change(file, now, "moved", way)


def _change(file: str, item: _Item, what: What, told: str) -> Change:
    element = None if item.kind == "file" else item.id
    return Change(file, element, item.name, what, sentence_of(item.name, told))


def _words(path: str) -> str:
    steps = path.split("/")
    return _WORDS.get("/".join(steps[-2:])) or _WORDS.get(steps[-1]) or tag_words(steps[-1])
