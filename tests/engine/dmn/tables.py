"""Builds DMN files for tests: a whole valid table with what a test wants to be different."""

from __future__ import annotations

from html import escape

from engine.dmn.reader import NAMESPACES


def a_file(*decisions: str, namespace: str = NAMESPACES[2]) -> bytes:
    """A DMN file that holds these decisions."""
    body = "".join(decisions)
    return f'<definitions xmlns="{namespace}" id="d" name="d" namespace="urn:t">{body}</definitions>'.encode()


def a_decision(
    *rows: tuple[str, ...],
    inputs: tuple[str, ...] = ("pf6b.change",),
    outputs: tuple[str, ...] = ("action",),
    policy: str = "",
    priorities: str = "",
    default: str = "",
    allowed: str = "",
    decision: str = "plateau",
    type_: str = "number",
    gives: str = "",
    before: str = "",
) -> str:
    """A decision whose rows are input cells, then output cells, then perhaps a note; ids are r1, r2, ...

    `type_` is that of the inputs, `gives` that of the outputs; `before` stands before the table.
    """
    table = a_table(
        *rows,
        inputs=inputs,
        outputs=outputs,
        policy=policy,
        priorities=priorities,
        default=default,
        allowed=allowed,
        type_=type_,
        gives=gives,
    )
    return f'<decision id="{decision}" name="Plateau rule">{before}{table}</decision>'


def a_table(
    *rows: tuple[str, ...],
    inputs: tuple[str, ...] = ("pf6b.change",),
    outputs: tuple[str, ...] = ("action",),
    policy: str = "",
    priorities: str = "",
    default: str = "",
    allowed: str = "",
    type_: str = "number",
    gives: str = "",
) -> str:
    """A decision table alone, which may stand wherever a boxed expression may."""
    columns = "".join(
        f'<input id="i{i}"{_label(text)}><inputExpression{_type(type_)}><text>{escape(_expression(text))}'
        f"</text></inputExpression>{_text('inputValues', allowed)}</input>"
        for i, text in enumerate(inputs)
    )
    columns += "".join(
        f'<output id="o{i}" name="{name}"{_type(gives)}>{_text("outputValues", priorities)}'
        f"{_text('defaultOutputEntry', default)}</output>"
        for i, name in enumerate(outputs)
    )
    rules = "".join(_rule(f"r{i}", row, len(inputs), len(outputs)) for i, row in enumerate(rows, 1))
    attributes = f' hitPolicy="{policy.split("/")[0]}"' if policy else ""
    attributes += f' aggregation="{policy.split("/")[1]}"' if "/" in policy else ""
    return f'<decisionTable id="t"{attributes}>{columns}{rules}</decisionTable>'


def _type(name: str) -> str:
    return f' typeRef="{name}"' if name else ""


def _label(text: str) -> str:
    return f' label="{text.split("|")[0]}"' if "|" in text else ""


def _expression(text: str) -> str:
    return text.split("|")[-1]


def _text(tag: str, text: str) -> str:
    return f"<{tag}><text>{escape(text)}</text></{tag}>" if text else ""


def _rule(rule_id: str, row: tuple[str, ...], inputs: int, outputs: int) -> str:
    cells = [f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in row[:inputs]]
    cells += [f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in row[inputs : inputs + outputs]]
    notes = [_text("annotationEntry", note) for note in row[inputs + outputs :]]
    return f'<rule id="{rule_id}">{"".join(cells + notes)}</rule>'
