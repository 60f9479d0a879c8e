"""Two texts of one decision file: rows, columns, hit policy and expressions are told in words."""

from __future__ import annotations

import re

from engine.compare import compare
from engine.settings import SHIPPED_PATHWAYS

FILE = "decisions/plateau.dmn"
PLATEAU = (SHIPPED_PATHWAYS / FILE).read_text(encoding="utf-8")
ROW = re.compile(r"\s*<rule id=\"gad7_course_worse\">.*?</rule>", re.S)


def told(after: str, before: str = PLATEAU) -> list[tuple[str | None, str, str]]:
    assert after != before, "the test changed nothing"
    return [(each.element, each.what, each.sentence) for each in compare({FILE: before}, {FILE: after}).changes]


def test_a_cell_is_told_with_its_row_and_column() -> None:
    """Row 4 of the course of GAD-7 becomes worse later."""
    row = ROW.search(PLATEAU)
    assert row is not None
    after = PLATEAU.replace(row[0], row[0].replace("&gt;= 4", "&gt;= 6"))
    assert told(after) == [
        (
            "gad7_course_worse",
            "changed",
            "Course of GAD-7, row 4: Change from baseline changed from >= 4 to >= 6.",
        )
    ]


def test_a_row_that_is_gone_does_not_move_the_rest() -> None:
    """Only the row is told; the rows below have other numbers, and say the same."""
    found = told(ROW.sub("", PLATEAU, count=1))
    assert [(element, what) for element, what, _ in found] == [("gad7_course_worse", "removed")]
    assert found[0][2].startswith("Course of GAD-7, row 4: taken out (")
    assert [what for _, what, _ in told(PLATEAU, ROW.sub("", PLATEAU, count=1))] == ["added"]


def test_a_row_that_stands_elsewhere_has_moved() -> None:
    """The order counts where the first row that fits decides."""
    row = ROW.search(PLATEAU)
    assert row is not None
    table = PLATEAU.index("<rule", PLATEAU.rindex("<decisionTable", 0, row.start()))
    after = PLATEAU[:table] + row[0].strip() + PLATEAU[table : row.start()] + PLATEAU[row.end() :]
    assert told(after) == [
        (
            "gad7_course_worse",
            "moved",
            "Course of GAD-7, row 1: it was row 4 before; rows are read from the top.",
        )
    ]


def test_rows_with_other_ids_are_the_same_rows() -> None:
    """Ids say nothing: an editor that gives new ones has changed nothing."""
    after = re.sub(r'<(rule|inputEntry|outputEntry) id="', r'<\1 id="new_', PLATEAU)
    assert told(after) == []


def test_the_table_itself_is_told() -> None:
    """Hit policy, columns and their expressions."""
    assert told(PLATEAU.replace('hitPolicy="UNIQUE"', 'hitPolicy="ANY"', 1)) == [
        ("plateau", "changed", "Plateau rule: hit policy set to “ANY”.")
    ]
    found = told(PLATEAU.replace("<text>case.track</text>", "<text>case.lane</text>", 1))
    assert found == [
        (
            "plateau_track",
            "changed",
            "Plateau rule, input column “Track”: expression changed from case.track to case.lane.",
        )
    ]


def test_a_decision_that_is_gone_is_told_once() -> None:
    """Its rows are not told on their own."""
    after = re.sub(r'\s*<decision id="plateau_bh".*?</decision>', "", PLATEAU, flags=re.S)
    assert [(e, w) for e, w, _ in told(after)] == [("plateau_bh", "removed")]


def test_an_odd_file_is_named_not_raised() -> None:
    """A text that is no XML is told with its line."""
    (element, what, sentence), *rest = told(PLATEAU.replace("</definitions>", ""))
    assert (element, what, rest) == (None, "changed", [])
    assert sentence.startswith("decisions/plateau.dmn cannot be compared, for one text cannot be read (line ")
