"""Who works while nothing is told: the sentences of `meanwhile`, and their exceptions."""

from __future__ import annotations

from collections.abc import Mapping

from care.documents import Entry
from care.errors import did_you_mean
from engine.scenarios.model import Policy, Tasks
from engine.scenarios.names import Names

# The kinds of tasks that need the patient's own answer; the organisation does the others alone.
ASKS_THE_PATIENT = frozenset({"intake", "sdoh", "prom", "outreach"})

EVERYTHING = Policy("everything is done", True)
NOTHING = Policy("nothing is done", False)
SENTENCES = {
    each.text: each
    for each in (
        EVERYTHING,
        NOTHING,
        Policy("the patient answers nothing", True, Tasks(kinds=ASKS_THE_PATIENT)),
    )
}
_EXCEPTIONS = {"everything but": True, "nothing but": False}


def policy(entry: Entry, key: str, value: object, names: Names) -> Policy:
    """A sentence, or `{everything but: [...]}`, or `{nothing but: [...]}`; raises ScenarioError."""
    if isinstance(value, str):
        if value in SENTENCES:
            return SENTENCES[value]
        raise entry.fail(key, f"'{value}' is not known; {did_you_mean(value, [*SENTENCES, *_EXCEPTIONS])}")
    if isinstance(value, Mapping) and len(value) == 1:
        (word, told) = next(iter(value.items()))
        if word in _EXCEPTIONS:
            tasks = names.some(entry, f"{key}.{word}", told)
            return Policy(f"{word} {_told(told)}", _EXCEPTIONS[word], tasks)
    sentences = ", ".join(f"'{each}'" for each in SENTENCES)
    raise entry.fail(key, f"write {sentences}, 'everything but: [task, ...]' or 'nothing but: [task, ...]'")


def _told(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_told(each) for each in value)
    return f"kind {value['kind']}" if isinstance(value, Mapping) else str(value)
