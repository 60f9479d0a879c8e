"""Which elements only have another id than before, so that they are not told as taken out and put in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace

from engine.compare.elements import Element
from engine.compare.part_words import is_reference


def renamed(before: Mapping[str, Element], after: Mapping[str, Element]) -> dict[str, str]:
    """Old id to new id, for elements that say the very same and are the only ones to do so: nodes first, then lines."""
    gone = [each for each in before.values() if each.id not in after]
    come = [each for each in after.values() if each.id not in before]
    found = _paired([e for e in gone if not e.is_line], [e for e in come if not e.is_line], _content, _content)
    lines = _paired(
        [e for e in gone if e.is_line],
        [e for e in come if e.is_line],
        lambda line: _whole(with_ids(line, found)),
        _whole,
    )
    return found | lines


def with_ids(element: Element, ids: Mapping[str, str]) -> Element:
    """The element with its own id and those that it refers to exchanged for the new ones."""
    parts = {path: ids.get(text, text) if is_reference(path) else text for path, text in element.parts.items()}
    return replace(element, id=ids.get(element.id, element.id), parts=parts)


def _paired(
    gone: Iterable[Element],
    come: Iterable[Element],
    before: Callable[[Element], Hashable],
    after: Callable[[Element], Hashable],
) -> dict[str, str]:
    old, new = _by(gone, before), _by(come, after)
    return {old[key][0].id: new[key][0].id for key in old if len(old[key]) == 1 == len(new.get(key, ()))}


def _by(elements: Iterable[Element], key: Callable[[Element], Hashable]) -> dict[Hashable, list[Element]]:
    found: dict[Hashable, list[Element]] = defaultdict(list)
    for each in elements:
        found[key(each)].append(each)
    return found


def _content(element: Element) -> Hashable:
    told = frozenset((path, text) for path, text in element.parts.items() if not is_reference(path))
    return (element.tag, element.kind, told) if element.name else ("", element.id)


def _whole(line: Element) -> Hashable:
    return line.tag, frozenset(line.parts.items())
