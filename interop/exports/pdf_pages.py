"""How text and tables flow onto pages, quickly: a record of two thousand entries is a second's work, not a minute's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from reportlab.lib import colors
from reportlab.lib.pagesizes import LETTER
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from interop.pdf_letters import BOLD, FONT, Plain, register_fonts

_WIDTH, _HEIGHT = LETTER
_MARGIN, _FOOT = 48.0, 54.0
_INK, _MUTED, _LINE = colors.HexColor("#1b1f24"), colors.HexColor("#565f6b"), colors.HexColor("#c3c9d1")
_LEADING = 1.35


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading and its width; None takes what is left."""

    heading: str
    width: float | None = None


class Pages:
    """Letter pages with a foot. The same calls give the same bytes: no clock and no chance in the file."""

    def __init__(self, *, title: str, author: str, foot: str) -> None:
        register_fonts()
        self.plain = Plain()
        self._out = BytesIO()
        self._canvas = Canvas(self._out, pagesize=LETTER, invariant=1, lang="en-US")
        self._canvas.setTitle(self.plain(title))
        self._canvas.setAuthor(self.plain(author))
        self._foot = self.plain(foot)
        self._top = _HEIGHT - _MARGIN
        self._heads: tuple[Sequence[Column], Sequence[float]] | None = None

    def finished(self) -> bytes:
        """The document; nothing can be added afterwards."""
        self._end_page()
        self._canvas.save()
        return self._out.getvalue()

    def text(self, text: str, *, size: float = 8.5, bold: bool = False, muted: bool = False, after: float = 3) -> None:
        """A paragraph over the whole width."""
        self._need(size * _LEADING)
        for line in self._wrapped(text, _WIDTH - 2 * _MARGIN, BOLD if bold else FONT, size):
            self._need(size * _LEADING)
            self._draw(line, _MARGIN, size, bold, muted)
            self._top -= size * _LEADING
        self._top -= after

    def heading(self, text: str, size: float = 12) -> None:
        """What comes next; never alone at the foot of a page."""
        self._top -= size
        self._need(60)
        self.text(text, size=size, bold=True, after=4)

    def rows(self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, bold_first: bool = False) -> None:
        """A table; its headings come again on every page. A cell longer than a page goes on on the next."""
        free = _WIDTH - 2 * _MARGIN - sum(column.width or 0 for column in columns)
        self._heads = (columns, [column.width or free for column in columns])
        self._need(40)
        self._headings()
        for row in rows:
            self._row(row, self._heads[1], bold_first)
        self._heads = None
        self._top -= 6

    def _row(self, row: Sequence[str], widths: Sequence[float], bold_first: bool) -> None:
        size = 8.0
        height = size * _LEADING
        cells = [
            self._wrapped(text, width - 6, BOLD if bold_first and not place else FONT, size)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines = max(len(cell) for cell in cells)
        done = 0
        while done < lines:
            # A row is kept together where that leaves no large gap; a longer one goes on on the next page.
            self._need(min(lines, 15) * height + 5)
            fitting = max(1, int((self._top - _FOOT) / height))
            left = _MARGIN
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
                # Cell by cell, so that whoever copies or listens gets a sentence in one piece.
                for at, line in enumerate(cell[done : done + fitting]):
                    self._draw(line, left, size, bold_first and not place, False, below=at * height)
                left += width
            self._top -= min(fitting, lines - done) * height
            done += fitting
        self._rule()

    def _headings(self) -> None:
        if self._heads is None or not any(column.heading for column in self._heads[0]):
            return
        left = _MARGIN
        for column, width in zip(*self._heads, strict=True):
            self._draw(column.heading, left, 7.5, True, True)
            left += width
        self._top -= 7.5 * _LEADING
        self._rule()

    def _rule(self) -> None:
        self._canvas.setStrokeColor(_LINE)
        self._canvas.setLineWidth(0.4)
        self._canvas.line(_MARGIN, self._top - 1, _WIDTH - _MARGIN, self._top - 1)
        self._top -= 4.5

    def _draw(self, text: str, left: float, size: float, bold: bool, muted: bool, below: float = 0) -> None:
        self._canvas.setFont(BOLD if bold else FONT, size)
        self._canvas.setFillColor(_MUTED if muted else _INK)
        self._canvas.drawString(left, self._top - below - size, text)

    def _need(self, height: float) -> None:
        if self._top - height < _FOOT:
            self._end_page()
            self._canvas.showPage()
            self._top = _HEIGHT - _MARGIN
            self._headings()

    def _end_page(self) -> None:
        self._canvas.setFont(FONT, 7)
        self._canvas.setFillColor(_MUTED)
        self._canvas.drawString(_MARGIN, 30, self._foot)
        self._canvas.drawRightString(_WIDTH - _MARGIN, 30, f"Page {self._canvas.getPageNumber()}")

    def _wrapped(self, text: str, width: float, font: str, size: float) -> list[str]:
        lines: list[str] = []
        line, used = "", 0.0
        for word in self.plain(text).split(" "):
            for part in _fitting(word, width, font, size):
                needed = _width(part, font, size)
                blank = _width(" ", font, size) if line else 0.0
                if line and used + blank + needed > width:
                    lines.append(line)
                    line, used = part, needed
                else:
                    line, used = f"{line} {part}" if line else part, used + blank + needed
        return [*lines, line]


def _fitting(word: str, width: float, font: str, size: float) -> list[str]:
    """A word in parts that fit a line: hashes and addresses are long."""
    if _width(word, font, size) <= width:
        return [word]
    parts, part = [], ""
    for letter in word:
        if part and _width(part + letter, font, size) > width:
            parts.append(part)
            part = ""
        part += letter
    return [*parts, part]


@cache
def _measured(word: str, font: str) -> float:
    return float(stringWidth(word, font, 1000))


def _width(word: str, font: str, size: float) -> float:
    # Short words come again and again; what is long is not kept.
    return (_measured(word, font) if len(word) < 20 else float(stringWidth(word, font, 1000))) * size / 1000
