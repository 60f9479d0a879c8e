"""An update to the PCP as a PDF of one or two pages; the same content gives the same bytes."""

from __future__ import annotations

from functools import cache
from html import escape
from io import BytesIO
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle
from reportlab.platypus.doctemplate import LayoutError

from care.care_update import CareUpdate
from interop.care_update_sections import Section, day, identity, sections
from interop.pdf_letters import BOLD, FONT, Plain, register_fonts

_MARGIN = 50
_INK, _LINE, _SHADE = colors.HexColor("#1b1f24"), colors.HexColor("#8a939e"), colors.HexColor("#eef1f4")
_NO_MARKS = "Letters that this font does not have are written without their marks; the FHIR document has them in full."


def pdf(update: CareUpdate, sha256: str) -> bytes:
    """The update on US Letter pages; ``sha256`` is that of its document, printed at the foot.

    Raises ValueError where a single cell would not go on a page.
    """
    register_fonts()
    written = Plain()
    story = list(_story(update, written))
    if written.changed:
        story.append(Paragraph(escape(_NO_MARKS), _style("small")))
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=LETTER,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=written(f"{update.title}: {update.patient.name}"),
        author=written(update.organisation.name),
        subject="Care update to the primary care provider",
        lang="en-US",
        invariant=1,  # no clock and no chance in the file
    )
    foot = f"{update.case_id} · {day(update.on)} · SHA-256 {sha256[:16]}"
    try:
        document.build(story, onFirstPage=_foot(foot), onLaterPages=_foot(foot))
    except LayoutError as error:  # a table's cell that is longer than a page
        raise ValueError(f"the update of case '{update.case_id}' cannot be set on pages: a part is too long") from error
    return out.getvalue()


def _story(update: CareUpdate, written: Plain) -> list[Flowable]:
    found: list[Flowable] = [
        Paragraph(written.markup(update.title), _style("title")),
        Paragraph(written.markup(f"Update to the primary care provider, {day(update.on)}"), _style("text")),
        Spacer(0, 8),
        _table([[*row] for row in identity(update).rows], (130, None), written, heads=0, bold_first=True),
    ]
    for section in sections(update):
        found += _section(section, written)
    return found


def _section(section: Section, written: Plain) -> list[Flowable]:
    found: list[Flowable] = [Paragraph(written.markup(section.title), _style("heading"))]
    found += [Paragraph(written.markup(line), _style("text")) for line in section.lines]
    if section.table is not None:
        rows = [list(section.table.headings), *map(list, section.table.rows)]
        found.append(_table(rows, (110, 105, 105, None, 52), written, heads=1, bold_first=True))
    return found


def _table(
    rows: list[list[str]], widths: tuple[int | None, ...], written: Plain, *, heads: int, bold_first: bool
) -> Table:
    free = LETTER[0] - 2 * _MARGIN - 12 - sum(each or 0 for each in widths)
    cells = [
        [
            Paragraph(written.markup(cell), _style("head" if line < heads or (bold_first and not place) else "cell"))
            for place, cell in enumerate(row)
        ]
        for line, row in enumerate(rows)
    ]
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    if heads:
        style.append(("BACKGROUND", (0, 0), (-1, heads - 1), _SHADE))
    return Table(cells, [each or free for each in widths], style=TableStyle(style), repeatRows=heads, hAlign="LEFT")


@cache
def _style(name: str) -> ParagraphStyle:
    common: dict[str, Any] = {"fontName": FONT, "fontSize": 9, "leading": 12, "textColor": _INK}
    own: dict[str, dict[str, Any]] = {
        "title": {"fontName": BOLD, "fontSize": 15, "leading": 19},
        "heading": {"fontName": BOLD, "fontSize": 10.5, "leading": 13, "spaceBefore": 9, "spaceAfter": 2},
        "text": {"spaceAfter": 2},
        "cell": {"fontSize": 8.5, "leading": 11},
        "head": {"fontName": BOLD, "fontSize": 8.5, "leading": 11},
        "small": {"fontSize": 8, "leading": 10, "spaceBefore": 8},
    }
    return ParagraphStyle(name, **{**common, **own[name]})


def _foot(text: str) -> Any:
    def draw(canvas: Canvas, _document: Any) -> None:
        canvas.saveState()
        canvas.setFont(FONT, 7.5)
        canvas.setFillColor(_INK)
        canvas.drawString(_MARGIN, 28, Plain()(text))
        canvas.drawRightString(LETTER[0] - _MARGIN, 28, f"Page {canvas.getPageNumber()}")
        canvas.restoreState()

    return draw
