"""How recorded values are said in a story: "Blood pressure 146/88 mmHg", "Function (PF 6b) 37.6"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from care.measures import Measure, Measures, mean
from care.targets import Targets


@dataclass(frozen=True, slots=True)
class ValueWords:
    """The names of values: of the facts and codes of measures, and of scores that have a target.

    What is in neither, such as the items of a questionnaire or what rules note, has no words and is not said.
    """

    measures: Measures
    titles: Mapping[str, str]
    codes: Mapping[str, str]

    def of_facts(self, facts: Mapping[str, Any]) -> list[str]:
        """The values among some facts, by name, in the units that facts are kept in."""
        scored = [f"{self.titles[name]} {number(value)}" for name, value in facts.items() if name in self.titles]
        kept = {name: value for name, value in facts.items() if value is not None}
        measures = [each for each in self.measures.by_id.values() if any(part.fact in kept for part in each.parts)]
        return [*scored, *(_measured(each, kept, each.unit.shown) for each in measures)]

    def of_payload(self, payload: Mapping[str, Any]) -> list[str]:
        """What a device, laboratory or person sent, in the unit it was sent in; repeated readings by their mean."""
        sent: dict[str, list[Decimal]] = {}
        units: dict[str, str | None] = {}
        for each in payload.get("components") or [payload]:
            sent.setdefault(each["code"], []).append(Decimal(str(each["value"])))
            units[each["code"]] = each.get("unit") or payload.get("unit")
        said = []
        for measure in self.measures.by_id.values():
            parts = [part for part in measure.parts if part.loinc in sent]
            values = {part.fact: mean(measure, sent.pop(part.loinc)) for part in parts}
            said += [_measured(measure, values, _shown(measure, units[part.loinc])) for part in parts[:1]]
        others = ((self.codes.get(code, code), values[-1], units[code]) for code, values in sent.items())
        return said + [f"{title} {_with(value, unit)}" for title, value, unit in others]

    def of_instrument(self, name: str) -> str:
        """A questionnaire's name; its id where no target is known for it."""
        return self.titles.get(f"{name}.score", name)


def value_words(targets: Targets, measures: Measures) -> ValueWords:
    """The words for what a performance year looks at and a folder of pathways measures."""
    in_parts = {part.fact for measure in measures.by_id.values() for part in measure.parts}
    return ValueWords(
        measures=measures,
        titles={target.fact: target.title for target in targets.by_measure.values() if target.fact not in in_parts},
        codes={code: target.title for target in targets.by_measure.values() for code in target.loinc},
    )


def number(value: Any) -> str:
    """A number as the history's JSON has it, without needless zeros."""
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _measured(measure: Measure, values: Mapping[str, Any], unit: str) -> str:
    """All parts as one value; a part that came without the others has its own name too."""
    parts = [part for part in measure.parts if part.fact in values]
    title = measure.title if len(parts) == len(measure.parts) else f"{measure.title}, {parts[0].title.lower()}"
    return f"{title} {_with('/'.join(number(values[part.fact]) for part in parts), unit)}"


def _with(value: Decimal | str, unit: str | None) -> str:
    space = "" if unit in (None, "", "%") else " "
    return f"{number(value)}{space}{unit or ''}"


def _shown(measure: Measure, unit: str | None) -> str:
    if unit is None:
        return measure.unit.shown
    return next((each.shown for each in measure.units if each.is_called(unit)), unit)
