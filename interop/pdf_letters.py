"""The typeface of our PDFs, and how a text is written in the letters that it has."""

from __future__ import annotations

import unicodedata
from functools import cache
from html import escape
from pathlib import Path

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

# Bitstream Vera comes with reportlab and is embedded: the page looks the same everywhere, and its text can be read out.
FONT, BOLD = "Vera", "VeraBd"
_INSTEAD = {"Đ": "D", "đ": "d", "≥": ">=", "≤": "<=", "→": "->", "\t": " ", "\n": " "}


class Plain:
    """Text in the letters that the font has, and whether any had to be changed for that."""

    def __init__(self) -> None:
        self.changed = False

    def __call__(self, text: str) -> str:
        known = characters()
        return "".join(each if ord(each) in known else self._instead(each) for each in text)

    def markup(self, text: str) -> str:
        return escape(self(text))

    def _instead(self, character: str) -> str:
        self.changed = True
        base = unicodedata.normalize("NFKD", character)
        found = "".join(each for each in base if ord(each) in characters() and not unicodedata.combining(each))
        return found or _INSTEAD.get(character, "?")


@cache
def register_fonts() -> None:
    """Makes the typeface known to reportlab, once."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)


@cache
def characters() -> frozenset[int]:
    """The code points that the typeface has a sign for."""
    register_fonts()
    return frozenset(code for code, glyph in pdfmetrics.getFont(FONT).face.charToGlyph.items() if glyph)
