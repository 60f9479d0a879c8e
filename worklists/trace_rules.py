"""How a decision was made: its table as it was in the version, what it read, and the rows that answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.definitions import Definition
from engine.dmn import DecisionModel, HitPolicy
from worklists.trace_values import in_words

SHORT = 12  # rows up to which a table is shown whole; of a longer one first only what answered
NARROW = 2  # input columns
_ANY = "any"  # what an empty test takes
_POLICIES = {
    HitPolicy.UNIQUE: "exactly one row may match",
    HitPolicy.ANY: "rows that match together must agree",
    HitPolicy.PRIORITY: "of the rows that match, the one with the highest output answers",
    HitPolicy.FIRST: "the first row that matches answers",
    HitPolicy.RULE_ORDER: "all rows that match answer, in their order",
    HitPolicy.OUTPUT_ORDER: "all rows that match answer, the highest output first",
    HitPolicy.COLLECT: "all rows that match answer",
    HitPolicy.SUM: "the rows that match are added up",
    HitPolicy.MIN: "the smallest of the rows that match answers",
    HitPolicy.MAX: "the largest of the rows that match answers",
    HitPolicy.COUNT: "the rows that match are counted",
}


@dataclass(frozen=True, slots=True)
class Column:
    """An input column; ``read`` is the value that it had, None where the record keeps none."""

    label: str
    source: str
    read: str | None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A rule: its tests and outputs as their author wrote them."""

    index: int
    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    annotation: str
    has_answered: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A decision as it was made. ``rows`` is empty where its logic is no table."""

    decision: str
    name: str
    policy: str
    inputs: tuple[Column, ...]
    outputs: tuple[str, ...]
    rows: tuple[TableRow, ...]
    others: tuple[tuple[str, str], ...]  # what was read, by name, where no column says it

    @property
    def answered(self) -> tuple[TableRow, ...]:
        return tuple(row for row in self.rows if row.has_answered)

    @property
    def is_short(self) -> bool:
        """Whether it can be read as a whole beside a diagram; else what answered stands first, column by column."""
        return len(self.rows) <= SHORT and len(self.inputs) <= NARROW

    @property
    def is_without_inputs(self) -> bool:
        """Whether the record does not keep what the table read."""
        return bool(self.inputs) and all(column.read is None for column in self.inputs)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision with those it required, each as it answered, and what came out."""

    own: Table
    required: tuple[Table, ...]
    outputs: tuple[tuple[str, str], ...]
    elsewhere: tuple[str, ...]  # rows of functions, which are no decisions


def ruling(definition: Definition, detail: Mapping[str, Any]) -> Ruling:
    """How a decision was made, from the detail of its entry and the version that it was made in."""
    model = definition.decisions[detail["decision"]]
    required: Sequence[Mapping[str, Any]] = detail.get("required", [])
    inputs: Mapping[str, Mapping[str, Any]] = detail.get("required_inputs", {})
    known = {each.decision_id: each for each in model.before}
    ids = dict.fromkeys(row["decision"] for row in required)
    tables = tuple(
        _table(known[each], inputs.get(each, {}), (row for row in required if row["decision"] == each))
        for each in ids
        if each in known
    )
    return Ruling(
        own=_table(model, detail["inputs"], detail["matched"]),
        required=tables,
        outputs=tuple((name.replace("_", " "), in_words(value)) for name, value in detail["outputs"].items()),
        elsewhere=tuple(_elsewhere(row) for row in required if row["decision"] not in known),
    )


def _elsewhere(row: Mapping[str, Any]) -> str:
    note = f": {row['annotation']}" if row["annotation"] else ""
    return f"{row['decision']}, row {row['row']}{note}"


def _table(model: DecisionModel, read: Mapping[str, Any], matched: Iterable[Mapping[str, Any]]) -> Table:
    answered = {row["row"] for row in matched}
    columns = tuple(
        Column(each.label, each.expression.source, in_words(read[each.label]) if each.label in read else None)
        for each in model.inputs
    )
    rows = tuple(
        TableRow(
            index=rule.index,
            tests=tuple(_test(each.source) for each in rule.tests),
            outputs=tuple(each.source for each in rule.outputs),
            annotation=rule.annotation,
            has_answered=rule.index in answered,
        )
        for rule in model.rules
    )
    labels = {column.label for column in columns}
    return Table(
        decision=model.decision_id,
        name=model.name,
        policy="" if model.hit_policy is None else _POLICIES[model.hit_policy],
        inputs=columns,
        outputs=tuple(each.name.replace("_", " ") for each in model.outputs),
        rows=rows,
        others=tuple((name, in_words(value)) for name, value in read.items() if name not in labels),
    )


def _test(source: str) -> str:
    return _ANY if source.strip() in ("", "-") else source
