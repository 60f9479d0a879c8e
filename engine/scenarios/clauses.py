"""How a line of `when` or `then` is read: its verb says which reader, the rest is that reader's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from care.documents import Entry
from care.errors import did_you_mean
from engine.scenarios.document import ScenarioError
from engine.scenarios.model import Clause
from engine.scenarios.moments import EXAMPLES, Moment, moment
from engine.scenarios.names import Names
from engine.yaml_text import as_written

MOST_PERIODS = 50  # more than any story needs


@dataclass(slots=True)
class Told:
    """What the lines before have told: the names of the pathways, and the cases that there are by now."""

    names: Names
    cases: set[str]

    def knows(self, case: str) -> bool:
        """Whether there may be such a case: one that was started, or a further period of it ("ckm 2")."""
        name, _, period = case.rpartition(" ")
        return case in self.cases or (name in self.cases and period.isdigit() and int(period) > 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its verb: ``where`` are the fields that every clause has."""

    verb: str
    entry: Entry
    told: Told
    where: Mapping[str, Any]

    @property
    def value(self) -> Any:
        return self.entry.values[self.verb]

    @property
    def names(self) -> Names:
        return self.told.names

    def only(self, *companions: str) -> None:
        """Refuse keys beside the verb that do not belong to it."""
        self.entry.only(self.verb, *companions, "in")

    def element(self) -> str:
        """The element of the task that the verb is about."""
        return self.names.element(self.entry, self.verb, self.value)


Reader = Callable[[Line], Clause]


def clauses(
    entry: Entry, part: str, readers: Mapping[str, Reader], sentences: Mapping[str, Reader], told: Told
) -> tuple[Clause, ...]:
    """The lines of `when` or `then`; a single one may stand without a list."""
    value = entry.values.get(part, [])
    lines = value if isinstance(value, list) else [value]
    return tuple(
        _clause(_line(entry, f"{part} {number}", each), each, *rest)
        for number, each in enumerate(lines, start=1)
        for rest in [(readers, sentences, told)]
    )


def _line(entry: Entry, place: str, value: object) -> Entry:
    line = Entry(entry.document, f"{entry.path}: {place}", {}, ScenarioError)
    if isinstance(value, list):
        raise line.fail("", "is a list within the list; write each line for itself")
    return replace(line, values=value if isinstance(value, Mapping) else {value: None})


def _clause(
    entry: Entry, value: object, readers: Mapping[str, Reader], sentences: Mapping[str, Reader], told: Told
) -> Clause:
    known = readers if isinstance(value, Mapping) else sentences
    verbs = [key for key in entry.values if key in known]
    if len(verbs) != 1:
        said = " and ".join(map(str, verbs)) or ", ".join(map(str, entry.values))
        hint = "make two lines of it" if verbs else did_you_mean(said, [*readers, *sentences])
        raise entry.fail("", f"'{said}' is not one thing to do or to look for; {hint}")
    case = entry.optional_text("in")
    if case is not None and not told.knows(case):
        raise entry.fail("in", f"there is no case '{case}' yet; {did_you_mean(case, told.cases)}")
    where = {"place": entry.path, "text": _text(verbs[0], entry.values), "case": case}
    return known[verbs[0]](Line(verbs[0], entry, told, where))


def _text(verb: str, values: Mapping[Any, Any]) -> str:
    """The line as one reads it aloud."""
    parts = [verb if values[verb] is None else f"{verb}: {_shown(values[verb])}"]
    parts += [f"{key} {_shown(value)}" for key, value in values.items() if key != verb]
    return ", ".join(parts)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return "nothing" if value is None else str(value)


def moment_at(entry: Entry, key: str) -> Moment | None:
    """The moment that a key names, None when it is not there."""
    if key not in entry.values:
        return None
    found = moment(entry.values[key])
    if found is None:
        raise entry.fail(key, f"'{entry.values[key]}' is not a moment; {EXAMPLES}")
    return found


def texts_at(entry: Entry, key: str) -> tuple[str, ...]:
    """One text or a list of them, none when the key is absent."""
    value = entry.values.get(key, [])
    found = value if isinstance(value, list) else [value]
    if (key in entry.values and not found) or not all(isinstance(each, str) and each for each in found):
        raise entry.fail(key, f"write a text or a list of texts, not {as_written(value)}")
    return tuple(found)


def mapping_at(entry: Entry, key: str) -> Mapping[str, Any]:
    """A mapping, empty when absent."""
    found = entry.optional_entry(key)
    return {} if found is None else found.values


def period_at(entry: Entry) -> int:
    """The period of care: 1 is the first one."""
    found = entry.integer("period", 1)
    if not 1 <= found <= MOST_PERIODS:
        raise entry.fail("period", f"must be 1, or up to {MOST_PERIODS} for a follow-on period, not {found}")
    return found
