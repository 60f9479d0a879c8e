"""Built-in functions on contexts, which are returned new and never changed."""

from __future__ import annotations

from engine.feel.functions.registry import builtin
from engine.feel.limits import Budget
from engine.feel.values import Value


@builtin("get value(m: context, key: string)")
def get_value(budget: Budget, m: dict[str, Value], key: str) -> Value:
    if key not in m:
        budget.warn(f"get value: the context has no entry '{key[:40]}'")
    return m.get(key)


@builtin("get entries(m: context)")
def get_entries(budget: Budget, m: dict[str, Value]) -> Value:
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context(entries: list)")
def context(budget: Budget, entries: list[Value]) -> Value:
    made: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry:
            return _unfit("context: an entry must be {key: ..., value: ...}", budget)
        key = entry.get("key")
        if not isinstance(key, str) or key in made:
            return _unfit("context: each entry needs a key of its own", budget)
        made[key] = entry["value"]
    return made


@builtin("context put(context: context, key: string, value: any)")
def context_put(budget: Budget, m: dict[str, Value], key: str, value: Value) -> Value:
    return {**m, key: value}


@builtin("context merge(contexts: list)")
def context_merge(budget: Budget, contexts: list[Value]) -> Value:
    merged: dict[str, Value] = {}
    for part in contexts:
        if not isinstance(part, dict):
            return _unfit("context merge: an item is not a context", budget)
        budget.charge_items(len(part))
        merged |= part
    return merged


def _unfit(message: str, budget: Budget) -> Value:
    budget.warn(message)
    return None
