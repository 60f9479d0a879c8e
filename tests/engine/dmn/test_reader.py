"""A DMN file is read whole, or refused by file, decision, rule and cell."""

from __future__ import annotations

import pytest

from engine.dmn import DmnSyntaxError, DmnUnsupported, HitPolicy, parse_decisions
from engine.dmn.reader import NAMESPACES
from engine.safe_xml import UnsafeXml
from tests.engine.dmn.boxes import decides, function, item, lit
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
        (b"<decisionTable ", b'<decisionTable hitPolicy="PRIORITY" ', "PRIORITY has nothing to order by"),
        (b"<decisionTable ", b'<decisionTable hitPolicy="OUTPUT ORDER" ', "list the output values"),
        (b'typeRef="number"', b'typeRef="nubmer"', "input 1: no type 'nubmer'; did you mean 'number'"),
        (b' name="action"', b' name="action" typeRef="tPlan"', "output 1: no type 'tPlan'; define it"),
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
        ('<decision id="x"/>', "x", "an empty decision"),
        ('<businessKnowledgeModel id="bkm" name="b"/>', "bkm", "business knowledge model without logic"),
        (decides(function("x", lit("x"), 'kind="Java"'), "x"), "x", "a function in Java"),
        (decides(function("x", lit("x"), 'kind="PMML"'), "x"), "x", "a PMML model"),
        (decides("<literalExpression><importedValues/></literalExpression>", "x"), "x", "an import of values"),
        ('<decisionService id="s"/>', "s", "decision service"),
        ('<import name="other"/>', "other", "import"),
    ],
)
def test_what_is_not_run_is_refused_by_name(body: str, element: str, kind: str) -> None:
    """Nothing of DMN is skipped silently, and each refusal says what to draw instead."""
    with pytest.raises(DmnUnsupported, match=kind) as refusal:
        parse_decisions(a_file(body), "t.dmn", functions={})
    assert (refusal.value.file, refusal.value.element) == ("t.dmn", element)
    assert str(refusal.value).endswith(f"which is not run; {refusal.value.hint}")


def test_what_only_documents_is_passed_over() -> None:
    """Notes, knowledge sources, authority and the layout of the diagram change no answer; a slip is no part of DMN."""
    noise = '<textAnnotation id="n"><text>t</text></textAnnotation><knowledgeSource id="s" name="CMS"/>'
    noise += '<association id="l"/><dmndi:DMNDI xmlns:dmndi="urn:di"><dmndi:DMNDiagram/></dmndi:DMNDI>'
    before = '<question>Which?</question><authorityRequirement><requiredAuthority href="#s"/></authorityRequirement>'
    decision = a_decision(("-", "1"), before=before).replace("<decisionTable ", '<decisionTable outputLabel="x" ')
    assert parse_decisions(a_file(noise, decision), "t.dmn", functions={})["plateau"].decide({}).outputs == 1
    with pytest.raises(DmnSyntaxError, match="decison: there is no such element"):
        parse_decisions(a_file("<decison/>"), "t.dmn", functions={})


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (b'id="d"', b'id="d" expressionLanguage="juel"', "t.dmn: definitions 'd'"),
        (b"<inputEntry>", b'<inputEntry expressionLanguage="juel">', "rule 'r1', cell 1"),
        (b"<outputEntry>", b'<outputEntry expressionLanguage="juel">', "decision 'plateau', rule 'r1', cell 2"),
        (b"<itemDefinition ", b'<itemDefinition typeLanguage="juel" ', "itemDefinition"),
        (b"<allowedValues>", b'<allowedValues expressionLanguage="juel">', "allowedValues"),
    ],
)
def test_another_language_is_refused_wherever_it_stands(old: bytes, new: bytes, place: str) -> None:
    """Only FEEL is run, by whichever of its names."""
    data = a_file(item("t", "number", allowed="1"), a_decision(("-", "1")))
    for language in (b"feel", b"FEEL", b"https://www.omg.org/spec/DMN/20191111/FEEL/"):
        assert parse_decisions(data.replace(old, new.replace(b"juel", language), 1), "t.dmn", functions={})
    with pytest.raises(DmnSyntaxError, match="'juel' is not run; write FEEL") as refusal:
        parse_decisions(data.replace(old, new, 1), "t.dmn", functions={})
    assert place in str(refusal.value)


def test_a_single_output_without_a_name_is_called_as_the_decision() -> None:
    """Editors leave the name of an only output empty."""
    data = a_file(a_decision(("-", "1"))).replace(b' name="action"', b"")
    assert parse_decisions(data, "t.dmn", functions={})["plateau"].output_names == ("plateau",)


def test_an_aggregation_of_several_outputs_is_refused() -> None:
    """There is no sum of a call and a number of days."""
    data = a_file(a_decision(("-", "1", "2"), outputs=("a", "b"), policy="COLLECT/SUM"))
    with pytest.raises(DmnSyntaxError, match="COLLECT SUM needs exactly one output, the table has 2"):
        parse_decisions(data, "t.dmn", functions={})


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
