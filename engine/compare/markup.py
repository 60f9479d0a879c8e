"""What an XML element says, flattened to named parts, whatever its spacing and the order of its attributes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from lxml import etree

Parts: TypeAlias = dict[str, str]


def local(node: Any) -> str:
    """The name of an element without its namespace; nothing for a comment."""
    return str(etree.QName(node).localname) if isinstance(node.tag, str) else ""


def nodes(parent: Any) -> Iterator[Any]:
    """The elements in an element, comments left out."""
    return (node for node in parent if isinstance(node.tag, str))


def parts_of(node: Any, *, leave_out: Callable[[Any], bool], attributes: frozenset[str]) -> Parts:
    """Path to text, for the element's attributes, its text and all in it; ``attributes`` and ids are left out.

    A child has its name as path, with its own `name` where it has one and a number where several are alike; a child
    that says nothing is there with an empty text, so that its coming and going is seen.
    """
    found = {name: value for name, value in _attributes(node) if name != "id" and name not in attributes}
    seen: Counter[str] = Counter()
    for child in nodes(node):
        if not leave_out(child):
            step = _step(child, seen)
            found[step] = (child.text or "").strip()
            inner = parts_of(child, leave_out=leave_out, attributes=frozenset())
            found.update({f"{step}/{path}": text for path, text in inner.items()})
    return found


def _attributes(node: Any) -> Iterator[tuple[str, str]]:
    """Those of the standard and ours; another tool's (a column's width, a type that there is one of) change nothing."""
    pairs = ((etree.QName(name), value) for name, value in node.attrib.items())
    return ((name.localname, value) for name, value in pairs if name.namespace is None)


def _step(child: Any, seen: Counter[str]) -> str:
    name, own = local(child), child.get("name")
    key = f"{name}[{own}]" if own and name == "parameter" else name
    seen[key] += 1
    return key if seen[key] == 1 else f"{key}[{seen[key]}]"


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The paths whose texts differ or that only one side has: in the order of the newer side, then what is gone."""
    paths = [path for path in after if before.get(path) != after[path]]
    return paths + [path for path in before if path not in after]
