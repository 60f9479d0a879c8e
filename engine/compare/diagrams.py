"""What is different between two texts of one diagram, by element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.compare.change import Change, What, sentence_of
from engine.compare.drawn import redrawn
from engine.compare.elements import Element, elements_of
from engine.compare.markup import differing
from engine.compare.part_words import is_reference, part_words, yes_no
from engine.compare.quoting import altered, quoted
from engine.compare.renaming import renamed, with_ids
from engine.compare.subjects import subject_of, title_of

_TOLD = ("task/due", "task/form", "conditionExpression", "calledElement")  # what is said of something new


def compare_diagrams(file: str, before: str, after: str) -> list[Change]:
    """The changes of a diagram; raises UnsafeXml for a text that is no XML."""
    old, new = elements_of(before, file), elements_of(after, file)
    ids = renamed(old, new)
    aligned = {ids.get(each.id, each.id): with_ids(each, ids) for each in old.values()}
    changes = [change for element in new.values() for change in _Pair(file, aligned, new).told(element)]
    gone = [each for each in aligned.values() if each.id not in new]
    told = [_Pair(file, aligned, new).other_id(was, now) for was, now in ids.items()]
    return [*told, *(_removed(file, each, aligned) for each in gone), *changes]


def _removed(file: str, element: Element, beside: Mapping[str, Element]) -> Change:
    sentence = sentence_of(subject_of(element, beside), f"taken out{_kind(element)}")
    return Change(file, element.id, title_of(element, beside), "removed", sentence)


def _kind(element: Element) -> str:
    return "" if element.is_line else f" ({element.kind})"


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both sides of a diagram, the older with the ids of the newer."""

    file: str
    before: Mapping[str, Element]
    after: Mapping[str, Element]

    def told(self, element: Element) -> Iterator[Change]:
        """What is different about an element of the newer side."""
        was = self.before.get(element.id)
        if was is None:
            yield self._change(element, "added", f"added{_kind(element)}{_settings(element)}")
            return
        told = [*self._kinds(was, element), *self._parts(was, element), *self._order(element)]
        yield from (self._change(element, "changed", each) for each in told)
        if not told and (way := self._moved(was, element)):
            yield self._change(element, "moved", way)

    def other_id(self, was: str, now: str) -> Change:
        """An element that only has another id."""
        return self._change(self.after[now], "changed", f"its id changed from {quoted(was)} to {quoted(now)}")

    def _change(self, element: Element, what: What, told: str) -> Change:
        sentence = sentence_of(subject_of(element, self.after), told)
        return Change(self.file, element.id, title_of(element, self.after), what, sentence)

    def _kinds(self, was: Element, now: Element) -> Iterator[str]:
        if was.kind != now.kind:
            yield f"became {_article(now.kind)} (it was {_article(was.kind)})"

    def _parts(self, was: Element, now: Element) -> Iterator[str]:
        for path in differing(was.parts, now.parts):
            old, new = was.parts.get(path), now.parts.get(path)
            if said := yes_no(path, new):
                yield said
            elif is_reference(path):
                yield altered(part_words(path), self._named(old, self.before), self._named(new, self.after))
            elif old or new:
                yield altered(part_words(path), old, new)
            elif was.kind == now.kind and not _has_inner(path, now if old is None else was):
                yield f"{part_words(path)} {'added' if old is None else 'taken out'}"

    def _named(self, reference: str | None, beside: Mapping[str, Element]) -> str | None:
        found = beside.get(reference or "")
        return reference if found is None else title_of(found, beside)

    def _order(self, gateway: Element) -> Iterator[str]:
        """An exclusive gateway takes the first flow, in the order of the file, whose condition holds."""
        if gateway.tag != "exclusiveGateway":
            return
        old, new = _tried(gateway, self.before), _tried(gateway, self.after)
        common = [each for each in new if each in old]
        if [each for each in old if each in new] != common:
            ways = ", then ".join(f"“{title_of(self.after[each], self.after)}”" for each in common)
            yield f"its conditions are tried in another order: {ways}"

    def _moved(self, was: Element, now: Element) -> str | None:
        way = redrawn(was.drawn, now.drawn, is_line=now.is_line)
        if way is None or not now.is_line or was.drawn.place == now.drawn.place:
            return way
        ends = (now.parts.get("sourceRef", ""), now.parts.get("targetRef", ""))
        return None if any(self._is_elsewhere(each) for each in ends) else way  # it only follows its end

    def _is_elsewhere(self, reference: str) -> bool:
        was, now = self.before.get(reference), self.after.get(reference)
        if was is None or now is None:
            return True
        return (was.drawn.place, was.drawn.size) != (now.drawn.place, now.drawn.size)


def _settings(element: Element) -> str:
    found = [(part_words(path), text) for path, text in element.parts.items() if path.endswith(_TOLD) and text]
    return "".join(f", {words} {quoted(text)}" for words, text in found)


def _has_inner(path: str, element: Element) -> bool:
    return any(each.startswith(f"{path}/") for each in element.parts)


def _tried(gateway: Element, beside: Mapping[str, Element]) -> list[str]:
    flows = [each for each in beside.values() if each.parts.get("sourceRef") == gateway.id]
    return [each.id for each in sorted(flows, key=lambda flow: flow.place) if "conditionExpression" in each.parts]


def _article(kind: str) -> str:
    return f"{'an' if kind[:1] in 'aeio' else 'a'} {kind}"
