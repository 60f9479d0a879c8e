"""Rule called-process: what is called exists, can be begun, and does not call itself."""

from __future__ import annotations

from tests.engine.bpmn.diagrams import ADMITTED, bundle, call, end, flow, message, start
from tests.engine.lint.findings import found, replaced

RULE = "called-process"
CALL = (start(), call("c", "other"), end(), flow("start c end"))
PLAIN = (start(), end(), flow("start end"))


def test_a_process_that_is_there_may_be_called() -> None:
    """Twice as well."""
    twice = (start(), call("c", "other"), call("c2", "other"), end(), flow("start c c2 end"))
    assert found(bundle(*twice, called={"other": PLAIN}), RULE) == []


def test_a_process_that_is_not_there_is_named() -> None:
    """Also when the call names none."""
    assert found(bundle(*CALL), RULE) == [("c", "no process 'other'")]
    assert found(replaced(bundle(*CALL), ' calledElement="other"', ""), RULE) == [("c", "calls nothing")]


def test_a_process_that_calls_itself_in_the_end_is_named() -> None:
    """Directly, and through others."""
    assert found(replaced(bundle(*CALL), '"other"', '"main"'), RULE) == [
        ("c", "'main' calls itself in the end")
    ]
    ring = bundle(*CALL, called={"other": (start(), call("c2", "main"), end(), flow("start c2 end"))})
    assert found(ring, RULE) == [
        ("c", "'other' calls itself in the end"),
        ("c2", "'main' calls itself in the end"),
    ]


def test_a_process_that_only_messages_begin_is_named() -> None:
    """A call could never begin it."""
    other = (start("in", message(ADMITTED)), end(), flow("in end"))
    assert found(bundle(*CALL, called={"other": other}), RULE) == [("c", "'other' has no none start event")]
