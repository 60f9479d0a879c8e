"""Reads XML from strangers: no DTD, entities or network; bounded in bytes, depth, elements, attributes."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

MAX_BYTES: Final = 2_000_000
MAX_DEPTH: Final = 100
MAX_ELEMENTS: Final = 50_000
MAX_ATTRIBUTE: Final = 20_000

_CHUNK: Final = 16_384
_ENCODINGS: Final = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})
_DECLARATION: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,40})[\"']")
_READ_AS: Final = {"iso-8859-1": "latin-1", "windows-1252": "cp1252"}
_DECLARED: Final = re.compile(r"""(<\?xml[^>]{0,200}?encoding\s*=\s*["'])([^"']{0,40})(["'])""")
_PROLOG: Final = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)


class UnsafeXml(Exception):
    """A document that is refused: which file, by which rule, why, and on which line when that is known."""

    code = "xml.unsafe"

    def __init__(self, source: str, rule: str, message: str, line: int | None = None) -> None:
        super().__init__(source, rule, message, line)
        self.source = source
        self.rule = rule
        self.message = message
        self.line = line

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{place}: {self.message} [{self.rule}]"


def parse_xml(data: bytes, source: str) -> etree._Element:
    """The root element of a document; `source` names it in errors.

    UnsafeXml with rule "size", "encoding", "doctype", "depth", "elements", "attribute" or "malformed".
    """
    if len(data) > MAX_BYTES:
        raise UnsafeXml(source, "size", f"the file is larger than {MAX_BYTES:,} bytes; split it")
    if data.count(b"<") - data.count(b"</") - data.count(b"<!") - data.count(b"<?") > MAX_ELEMENTS:
        raise _too_many(source, None)  # counted without building them
    _refuse_encoding(data, source)
    _refuse_doctype(data, source)
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
    )
    return _build(parser, data, source)


def text_of_xml(data: bytes) -> str:
    """The text of a document in the encoding that it declares; its declaration then says UTF-8, in which it is kept.

    Raises UnicodeDecodeError for what is not in that encoding.
    """
    declared = _DECLARATION.match(data.removeprefix(b"\xef\xbb\xbf"))
    name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    text = data.decode(_READ_AS.get(name, "utf-8-sig"))
    return _DECLARED.sub(r"\1UTF-8\3", text, count=1) if name in _ENCODINGS and name != "utf-8" else text


def _refuse_encoding(data: bytes, source: str) -> None:
    # In UTF-16 and its like a DOCTYPE would pass the search below unseen.
    declared = _DECLARATION.match(data.removeprefix(b"\xef\xbb\xbf"))
    name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    if name not in _ENCODINGS or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:1000]:
        raise UnsafeXml(source, "encoding", "the file is not in UTF-8; save it as UTF-8", 1)


def _refuse_doctype(data: bytes, source: str) -> None:
    position = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    while match := _PROLOG.match(data, position):
        position = match.end()
    if data[position : position + 2] == b"<!":
        line = data.count(b"\n", 0, position) + 1
        raise UnsafeXml(source, "doctype", "a DOCTYPE is not allowed; remove it and what it declares", line)


def _build(parser: etree.XMLPullParser, data: bytes, source: str) -> etree._Element:
    depth = count = 0
    try:
        for start in range(0, len(data), _CHUNK):
            parser.feed(data[start : start + _CHUNK])
            for event, element in parser.read_events():
                if event == "end":
                    depth -= 1
                elif isinstance(element, etree._Element):
                    depth, count = depth + 1, count + 1
                    _check_element(element, depth, count, source)
        return parser.close()
    except etree.XMLSyntaxError as error:
        line = error.lineno if isinstance(error.lineno, int) else None
        if "depth" in str(error).lower():  # libxml2's own bound, met within one chunk
            raise _too_deep(source, line) from None
        raise UnsafeXml(source, "malformed", f"not well-formed XML: {error.msg}", line) from None


def _check_element(element: etree._Element, depth: int, count: int, source: str) -> None:
    if depth > MAX_DEPTH:
        raise _too_deep(source, _line(element))
    if count > MAX_ELEMENTS:
        raise _too_many(source, _line(element))
    if any(len(value) > MAX_ATTRIBUTE for value in element.values()):
        raise _attribute_too_long(source, _line(element))


def _line(element: etree._Element) -> int | None:
    line = getattr(element, "sourceline", None)
    return line if isinstance(line, int) else None


def _too_many(source: str, line: int | None) -> UnsafeXml:
    return UnsafeXml(source, "elements", f"more than {MAX_ELEMENTS:,} elements; split the file", line)


def _too_deep(source: str, line: int | None) -> UnsafeXml:
    return UnsafeXml(source, "depth", f"elements are nested deeper than {MAX_DEPTH} levels", line)


def _attribute_too_long(source: str, line: int | None) -> UnsafeXml:
    return UnsafeXml(source, "attribute", f"an attribute is longer than {MAX_ATTRIBUTE:,} characters", line)
