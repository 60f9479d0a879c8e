"""Only FEEL is run: a file that names another language, wherever it may, is refused by that name."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.dmn.elements import Element, children, tag
from engine.dmn.errors import DmnSyntaxError

# A version of FEEL is named by the namespace of its DMN version; editors write the plain word as well.
_FEEL: Final = ("feel", "http://www.omg.org/spec/feel/20140401")


def check_languages(root: Element, file: str) -> None:
    """DmnSyntaxError for the first element that says it is written in another language than FEEL."""
    for element in root.iter(etree.Element):
        for attribute in ("expressionLanguage", "typeLanguage"):
            language = element.get(attribute) or ""
            if language and not _is_feel(language):
                raise _refused(element, file, language)


def _is_feel(language: str) -> bool:
    return language.lower() in _FEEL or "/FEEL/" in language


def _refused(element: Element, file: str, language: str) -> DmnSyntaxError:
    above = [element, *element.iterancestors(etree.Element)]
    names = {tag(each): each.get("id") or "" for each in reversed(above)}
    rule = names.get("rule", "")
    return DmnSyntaxError(
        file, names.get("decision", ""), rule, _place(element), f"the language '{language}' is not run; write FEEL"
    )


def _place(element: Element) -> str:
    parent = element.getparent()
    if parent is None or tag(parent) != "rule":
        return f"{tag(element)} '{element.get('id')}'" if element.get("id") else tag(element)
    cells = [cell for cell in children(parent) if tag(cell) in ("inputEntry", "outputEntry")]
    return f"cell {cells.index(element) + 1}" if element in cells else tag(element)
