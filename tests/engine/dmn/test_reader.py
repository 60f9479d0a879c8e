"""A DMN file is read whole, or refused by file, decision, rule and cell."""

from __future__ import annotations

import pytest

from engine.dmn import DmnSyntaxError, DmnUnsupported, HitPolicy, parse_decisions
from engine.dmn.reader import NAMESPACES
from engine.safe_xml import UnsafeXml
from tests.engine.dmn.tables import a_decision, a_file


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_files_of_every_dmn_version_are_read(namespace: str) -> None:
    """DMN 1.1 to 1.5 differ in namespace only, for tables."""
    tables = parse_decisions(a_file(a_decision(("-", "1")), namespace=namespace), "t.dmn", functions={})
    assert list(tables) == ["plateau"]


def test_a_table_shows_its_parts_for_rendering() -> None:
    """Name, policy, columns and rows with the text of every cell."""
    data = a_file(a_decision(("< 5", '"a"', "because"), policy="FIRST", inputs=("Change|pf6b.change",)))
    table = parse_decisions(data, "t.dmn", functions={})["plateau"]
    assert (table.name, table.hit_policy) == ("Plateau rule", HitPolicy.FIRST)
    assert [(column.label, column.expression.source, column.type) for column in table.inputs] == [
        ("Change", "pf6b.change", "number")
    ]
    (rule,) = table.rules
    assert (rule.rule_id, rule.index, rule.annotation) == ("r1", 1, "because")
    assert ([cell.source for cell in rule.tests], [cell.source for cell in rule.outputs]) == (
        ["< 5"],
        ['"a"'],
    )


def test_empty_cells_mean_any_input_and_no_output() -> None:
    """Editors leave cells empty where the standard writes a dash."""
    table = parse_decisions(a_file(a_decision(("", ""))), "t.dmn", functions={})["plateau"]
    assert table.decide({}).outputs is None
    assert len(table.decide({}).matched) == 1


def test_a_description_is_the_note_of_a_rule_of_older_editors() -> None:
    """Camunda Modeler writes a rule's note as its description."""
    data = a_file(a_decision(("-", "1"))).replace(b'<rule id="r1">', b'<rule id="r1"><description>why</description>')
    assert parse_decisions(data, "t.dmn", functions={})["plateau"].rules[0].annotation == "why"


@pytest.mark.parametrize(
    ("row", "rule", "cell", "reason"),
    [
        (("< < 5", "1"), "r1", "input 'pf6b.change'", "unexpected '<'"),
        (("-", "1 +"), "r1", "output 'action'", "ends too early"),
        (("-", "cuont([1])"), "r1", "output 'action'", "did you mean 'count'"),
        (("-", "(" * 70 + "1" + ")" * 70), "r1", "output 'action'", "nesting depth"),
        (("-",), "r1", "", "1 inputs and 0 outputs"),
    ],
)
def test_a_broken_cell_is_refused_by_its_place(row: tuple[str, ...], rule: str, cell: str, reason: str) -> None:
    """The error says file, decision, rule, cell and what is wrong with it."""
    with pytest.raises(DmnSyntaxError, match=reason) as refusal:
        parse_decisions(a_file(a_decision(row)), "plateau.dmn", functions={})
    error = refusal.value
    assert (error.file, error.decision, error.rule, error.cell) == ("plateau.dmn", "plateau", rule, cell)
    assert str(error).startswith("plateau.dmn: decision 'plateau', rule 'r1'")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"<text>pf6b.change</text>", b"", "no input expression"),
        (b"<text>pf6b.change</text>", b"<text>1 +</text>", "input 1"),
        (b"<decisionTable ", b'<decisionTable hitPolicy="BEST" ', "unknown hit policy 'BEST'"),
        (b"<decisionTable ", b'<decisionTable hitPolicy="COLLECT" aggregation="AVG" ', "AVG"),
        (b"<inputExpression ", b'<inputExpression expressionLanguage="juel" ', "'juel' is not run"),
        (b'<decision id="plateau"', b"<decision", "no id"),
    ],
)
def test_a_broken_table_is_refused_with_what_to_do(old: bytes, new: bytes, reason: str) -> None:
    """What is wrong with the columns or the table is named."""
    data = a_file(a_decision(("-", "1"), outputs=("action",))).replace(old, new)
    with pytest.raises(DmnSyntaxError, match=reason):
        parse_decisions(data, "t.dmn", functions={})


@pytest.mark.parametrize(
    ("body", "element", "kind"),
    [
        ('<decision id="x"><literalExpression><text>1</text></literalExpression></decision>', "x", "literal"),
        ('<decision id="x"><context/></decision>', "x", "boxed context"),
        ('<decision id="x"/>', "x", "empty"),
        ('<businessKnowledgeModel id="bkm"/>', "bkm", "business knowledge model"),
        ('<decisionService id="s"/>', "s", "decision service"),
        ('<import name="other"/>', "other", "import"),
    ],
)
def test_what_is_not_a_decision_table_is_refused_by_name(body: str, element: str, kind: str) -> None:
    """Nothing of DMN is skipped silently."""
    with pytest.raises(DmnUnsupported, match=kind) as refusal:
        parse_decisions(a_file(body), "t.dmn", functions={})
    assert (refusal.value.file, refusal.value.element) == ("t.dmn", element)


def test_a_single_output_without_a_name_is_called_as_the_decision() -> None:
    """Editors leave the name of an only output empty."""
    data = a_file(a_decision(("-", "1"))).replace(b' name="action"', b"")
    assert parse_decisions(data, "t.dmn", functions={})["plateau"].output_names == ("plateau",)


def test_one_label_for_two_inputs_is_refused() -> None:
    """History could not tell which of the two values it shows."""
    data = a_file(a_decision(inputs=("Score|pf6b.score", "Score|nrs.score")))
    with pytest.raises(DmnSyntaxError, match="two columns have this label"):
        parse_decisions(data, "t.dmn", functions={})


def test_two_decisions_of_one_id_are_refused() -> None:
    """The second would silently replace the first."""
    with pytest.raises(DmnSyntaxError, match="two decisions"):
        parse_decisions(a_file(a_decision(), a_decision()), "t.dmn", functions={})


def test_other_xml_is_refused() -> None:
    """A BPMN file, a DMN file of an unknown version, and unsafe XML are each refused."""
    for data in (b"<definitions/>", b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'):
        with pytest.raises(DmnSyntaxError, match="not a DMN file"):
            parse_decisions(data, "t.dmn", functions={})
    with pytest.raises(UnsafeXml):
        parse_decisions(b"<!DOCTYPE a><a/>", "t.dmn", functions={})
