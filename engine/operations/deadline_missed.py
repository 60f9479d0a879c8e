"""deadline.missed: a day that ACCESS sets has passed; the record says which, and what that leads to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from care.errors import did_you_mean
from engine.errors import InvalidInput
from engine.feel import shown
from engine.operations.operation import Operation

if TYPE_CHECKING:
    from engine.casework import Casework


def _run(work: Casework, process_id: str, parameters: Mapping[str, Any]) -> str:
    name, texts = parameters.get("deadline"), work.rules.deadline_texts
    if not isinstance(name, str) or name not in texts:
        raise InvalidInput({"deadline": f"no deadline {shown(name)}; {did_you_mean(name, texts)}"})
    text = texts[name]
    work.facts.record("deadline.missed", name, None, work.as_of, "rule")
    detail = {"deadline": name, "title": text.title, "consequence": text.consequence, "source": text.source}
    work.note("deadline.missed", f"Missed: {text.title}. {text.consequence}", process_id=process_id, detail=detail)
    return f"Noted that a deadline was missed: {text.title}"


OPERATION = Operation(
    "deadline.missed", "Record that an ACCESS deadline was missed, with its consequence.", frozenset({"deadline"}), _run
)
