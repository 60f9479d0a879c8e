"""What lint finds in decision tables: overlaps and gaps with an example, and cells that cannot mean anything."""

from __future__ import annotations

from pathlib import Path

from engine.lint import Finding, lint_folder
from tests.engine.dmn.boxes import context, decides, lit, parts
from tests.engine.dmn.tables import a_decision, a_file

FORM = """id: answer
title: Answer
fields:
  - {name: pain, fact: pain.level, title: Pain, type: integer, minimum: 0, maximum: 10}
  - {name: region, fact: pain.region, title: Region, type: string}
"""


def in_table(*rows: tuple[str, ...], **options: object) -> list[Finding]:
    """The findings in one table over the facts of the form."""
    decision = a_decision(*rows, **{"inputs": ("Pain|pain.level",), "outputs": ("grade",), **options})  # type: ignore[arg-type]
    return lint_folder({"decisions/grade.dmn": a_file(decision).decode(), "forms/answer.yaml": FORM})


def test_rows_of_a_unique_table_that_overlap_are_an_error_with_the_input() -> None:
    """The rows are named as a director counts them, the element is what an editor selects."""
    (finding,) = in_table(("< 5", '"a"'), ("[3..7]", '"b"'), ("> 7", '"c"'), ("null", '"d"'))
    assert (finding.rule, finding.severity, finding.element) == ("decision-overlap", "error", "r1")
    assert "rows 1 and 2 both match Pain = 3" in finding.message


def test_a_gap_is_a_warning_with_the_input_that_falls_into_it() -> None:
    """And where all values have a row, the missing one that has none."""
    (gap,) = in_table(("< 5", '"a"'), ("> 5", '"b"'))
    assert (gap.rule, gap.severity, gap.message) == ("decision-gap", "warning", "no row matches Pain = 5")
    (missing,) = in_table(("< 5", '"a"'), (">= 5", '"b"'))
    assert (missing.rule, missing.message) == ("decision-missing-value", "no row matches when Pain is missing")


def test_a_whole_table_is_clean() -> None:
    """A last row of dashes covers what is left."""
    assert in_table(("< 5", '"a"'), ("-", '"b"'), policy="FIRST") == []


def test_a_cell_of_another_kind_than_its_column_is_an_error_at_its_character() -> None:
    """The column is a number, as the form that writes it says."""
    findings = [each for each in in_table(('"high"', '"a"'), ("-", '"b"'), policy="FIRST") if each.rule == "types"]
    (finding,) = findings
    assert (finding.element, finding.expression, finding.character) == ("r1", '"high"', 1)
    assert finding.message.startswith("row 1, Pain: ")


def test_a_column_or_an_output_that_reads_what_nothing_writes_is_an_error() -> None:
    """The near name is given."""
    (column,) = [each for each in in_table(("-", '"a"'), inputs=("Pain|pain.levle",)) if each.rule == "types"]
    assert (column.element, column.hint) == ("plateau", "did you mean 'pain.level'?")
    (output,) = [each for each in in_table(("-", "pain.regoin")) if each.rule == "types"]
    assert (output.element, output.hint) == ("r1", "did you mean 'pain.region'?")


def test_a_table_that_cannot_be_read_is_named_with_its_decision() -> None:
    """The element is the row's id, or the decision's, so that an editor finds it; the character is the cell's."""
    (finding,) = in_table(("5", '"a"'), ("< <", '"a"'))
    assert (finding.rule, finding.severity, finding.element) == ("decision", "error", "r2")
    assert (finding.expression, finding.character) == ("< <", 3)
    assert finding.message.startswith("decision 'plateau', rule 'r2', input 'Pain': '< <'")
    (column,) = in_table(("5", '"a"'), inputs=("Pain|pain.level +",))
    assert column.element == "plateau"


def test_what_a_fact_can_be_at_all_is_no_gap_and_no_overlap() -> None:
    """The form's field goes from 0 to 10 in whole steps of its own; its options are all there are."""
    assert in_table(("< 4", '"a"'), ("[4..10]", '"b"'), ("null", '"c"')) == []
    choice = FORM.replace("type: string", "type: choice, options: [{value: knee, label: K}, {value: hip, label: H}]")
    table = a_decision(('"knee"', '"a"'), ('"hip"', '"b"'), ("null", '"c"'), inputs=("Region|pain.region",), type_="")
    files = {"decisions/grade.dmn": a_file(table).decode(), "forms/answer.yaml": choice}
    assert lint_folder(files) == []


def test_an_output_that_its_column_does_not_take_is_an_error() -> None:
    """Of another kind than the column says, or none of its output values."""
    (kind,) = in_table(("-", "5"), gives="string")
    assert (kind.rule, kind.element) == ("types", "r1")
    assert kind.message == "row 1, grade: this is a number, and the column is a string"
    (value,) = in_table(("-", '"hgih"'), priorities='"high", "low"')
    assert "none of the column's output values" in value.message
    (twice,) = in_table(("-", '"a"', '"b"'), outputs=("grade", "grade"))
    assert "has the name 'grade' of another" in twice.message


def test_what_a_column_converts_is_no_error() -> None:
    """A date is its midnight, a list of one its item, and an output may be one of several that the column takes."""
    assert in_table(('> date and time("2026-01-01T00:00:00Z")', '"a"'), ("-", '"b"'), policy="FIRST",
                    inputs=("Day|today",), type_="dateTime") == []  # fmt: skip
    assert in_table(("-", "today"), gives="dateTime") == []
    assert in_table(("> 3", '"a"'), ("-", '"b"'), policy="FIRST",
                    inputs=("Pain|series.pain.level[on = today].value",)) == []  # fmt: skip
    assert in_table(("-", 'if pain.level > 3 then "high" else "none"'), priorities='"high", "low"') == []


def test_an_expression_in_a_box_is_checked_and_what_the_box_binds_is_known() -> None:
    """Entries of a context and the variable of a loop are no facts; a slip is found however deep it stands."""
    entries = (("a", lit("pain.level + 1")), ("b", lit("a * 2")))
    loop = parts("for", "i", in_=lit("[1..3]"), return_=lit("i + count(partial) + pain.level"))
    for logic in (context(*entries, result=lit("a + b")), loop):
        assert lint_folder({"decisions/d.dmn": a_file(decides(logic, "d1")).decode(), "forms/answer.yaml": FORM}) == []
    slip = a_file(decides(context(*entries, result=lit("b + pain.levle")), "d1")).decode()
    (found,) = lint_folder({"decisions/d.dmn": slip, "forms/answer.yaml": FORM})
    assert (found.element, found.expression, found.character) == ("d1", "b + pain.levle", 5)
    assert found.hint == "did you mean 'pain.level'?"


def test_a_file_of_an_editor_with_required_decisions_is_clean_and_its_slips_are_found() -> None:
    """Input data, required decisions and knowledge models are names, and allowed values are those of the column."""
    text = (Path(__file__).parents[1] / "dmn/files/fall_prevention.dmn").read_text(encoding="utf-8")
    assert lint_folder({"decisions/falls.dmn": text, "forms/answer.yaml": FORM}) == []
    slip = text.replace('<text>"unsafe"</text>', '<text>"unsave"</text>', 1)
    (found,) = [each for each in lint_folder({"decisions/falls.dmn": slip}) if each.rule == "types"]
    assert (found.expression, found.hint) == ('"unsave"', 'did you mean "unsafe"?')


def test_an_id_that_stands_for_two_elements_is_an_error() -> None:
    """An editor would open only the first of them, and lose the other."""
    table = a_file(a_decision(("< 5", '"a"'), ("-", '"b"'), policy="FIRST")).decode()
    findings = lint_folder({"decisions/grade.dmn": table.replace('id="r2"', 'id="r1"')})
    (found,) = (each for each in findings if each.rule == "identity")
    assert (found.severity, found.element) == ("error", "r1")
    assert found.message == "the id 'r1' stands for 2 elements"
