"""XML from strangers is read without entities, DTD or network, and refused early when it is too much."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.safe_xml import MAX_ATTRIBUTE, MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, UnsafeXml, parse_xml

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">]>
<lolz>&lol3;</lolz>"""

REFUSED = {
    "billion laughs": ("doctype", lambda: LAUGHS),
    "laughs in an attribute": ("doctype", lambda: LAUGHS.replace(b"<lolz>&lol3;", b'<lolz a="&lol3;">')),
    "external entity": (
        "doctype",
        lambda: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    ),
    "external DTD": ("doctype", lambda: b'<!DOCTYPE a SYSTEM "http://localhost:1/a.dtd"><a/>'),
    "parameter entity": ("doctype", lambda: b'<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///x"> %x;]><a/>'),
    "doctype after a comment": ("doctype", lambda: b"<!-- <a> --> <?x y?>\n<!DOCTYPE a><a/>"),
    "doctype after a byte order mark": ("doctype", lambda: b"\xef\xbb\xbf<!DOCTYPE a><a/>"),
    "doctype in UTF-16": ("encoding", lambda: "<!DOCTYPE a><a/>".encode("utf-16")),
    "UTF-16 without a mark": ("encoding", lambda: "<!DOCTYPE a><a/>".encode("utf-16-le")),
    "UTF-7": ("encoding", lambda: b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a><a/>'),
    "unknown entity": ("malformed", lambda: b"<a>&x;</a>"),
    "huge attribute": ("attribute", lambda: b'<a b="' + b"x" * (MAX_ATTRIBUTE + 1) + b'"/>'),
    "huge file": ("size", lambda: b"<a>" + b"x" * MAX_BYTES + b"</a>"),
    "deep nesting": ("depth", lambda: b"<a>" * 40_000),
    "just too deep": ("depth", lambda: b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1)),
    "many elements": ("elements", lambda: b"<a>" + b"<b/>" * (MAX_ELEMENTS + 1) + b"</a>"),
    "two roots": ("malformed", lambda: b"<a/><b/>"),
    "cut off": ("malformed", lambda: b"<a><b>"),
    "nothing": ("malformed", lambda: b""),
    "not XML": ("malformed", lambda: b"%PDF-1.7"),
}


@pytest.fixture(autouse=True)
def _no_garbage_collection() -> Iterator[None]:
    """A collection of the whole test run's garbage is not work of the refusal that happens to trigger it."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(("rule", "make"), REFUSED.values(), ids=REFUSED.keys())
def test_a_hostile_document_is_refused_by_rule(rule: str, make: Callable[[], bytes]) -> None:
    """Each attack is refused by the rule it breaks, naming the file, in under 100 ms of work."""
    data = make()
    start = time.process_time()
    with pytest.raises(UnsafeXml) as refusal:
        parse_xml(data, "evil.bpmn")
    assert time.process_time() - start < 0.1
    assert refusal.value.rule == rule
    assert str(refusal.value).startswith("evil.bpmn")


def test_an_external_file_is_never_read(tmp_path: Path) -> None:
    """An entity that points at a file does not bring its content into the document."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    data = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a>&x;</a>'.encode()
    with pytest.raises(UnsafeXml, match="DOCTYPE"):
        parse_xml(data, "evil.bpmn")


def test_a_refusal_names_the_line() -> None:
    """The author finds the place: the line of the DOCTYPE, or of the element that breaks."""
    with pytest.raises(UnsafeXml) as doctype:
        parse_xml(b"<?xml version='1.0'?>\n\n<!DOCTYPE a><a/>", "a.bpmn")
    with pytest.raises(UnsafeXml) as broken:
        parse_xml(b"<a>\n<b>\n</a>", "a.bpmn")
    assert (doctype.value.line, broken.value.line) == (3, 3)


def test_an_honest_document_is_read_whole() -> None:
    """Namespaces, comments, CDATA and the predefined entities are read as they are, across chunks."""
    body = "".join(f'<x:b i="{i}">ä &lt; &amp;</x:b>' for i in range(2_000))
    data = f'<?xml version="1.0" encoding="UTF-8"?><!-- hi --><x:a xmlns:x="urn:x">{body}</x:a>'.encode()
    root = parse_xml(data, "good.xml")
    assert root.tag == "{urn:x}a"
    assert [child.get("i") for child in root] == [str(i) for i in range(2_000)]
    assert {child.text for child in root} == {"ä < &"}


def test_the_word_doctype_in_text_is_only_text() -> None:
    """Only a declaration before the root is refused."""
    assert parse_xml(b"<a><![CDATA[<!DOCTYPE a>]]></a>", "a.xml").text == "<!DOCTYPE a>"
