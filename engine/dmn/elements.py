"""What stands in an element of a DMN file: its children and texts; what is not of DMN's own namespace is skipped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element
_BESIDE_SIGNS: Final = re.compile(r" ?([+\-*/']) ?")


def tag(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(element).localname)


def children(element: Element, name: str = "") -> Iterator[Element]:
    """The children in the element's own namespace; extensions and comments are not DMN's."""
    namespace = etree.QName(element).namespace
    for found in element.iterchildren(tag=etree.Element):
        if etree.QName(found).namespace == namespace and name in ("", tag(found)):
            yield found


def child(element: Element, name: str) -> Element | None:
    """The first child of a name."""
    return next(children(element, name), None)


def content(element: Element | None) -> str:
    """All text in an element, without the space around it."""
    return "" if element is None else "".join(map(str, element.itertext())).strip()


def text(element: Element | None) -> str:
    """What stands in the <text> of an element; empty when there is none."""
    return "" if element is None else content(child(element, "text"))


def type_reference(element: Element | None) -> str:
    """The name of an element's type, which is an attribute, or a child in item definitions and in DMN 1.1."""
    if element is None:
        return ""
    return (element.get("typeRef") or content(child(element, "typeRef"))).strip()


def name_of(element: Element) -> str:
    """The name of an element as FEEL reads it."""
    return spelled(element.get("name") or "")


def spelled(name: str) -> str:
    """A name with one space for any white space and none beside a sign: FEEL reads a - b and a-b as the same name."""
    return _BESIDE_SIGNS.sub(r"\1", " ".join(name.split()))
