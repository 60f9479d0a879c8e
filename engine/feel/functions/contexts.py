"""Built-in functions on contexts, which are returned new and never changed."""

from __future__ import annotations

from engine.feel.functions.registry import builtin
from engine.feel.limits import Budget
from engine.feel.values import Value


@builtin("get value(m: context, key: string) -> any")
def get_value(budget: Budget, m: dict[str, Value], key: str) -> Value:
    if key not in m:
        budget.warn(f"get value: the context has no entry '{key[:40]}'")
    return m.get(key)


@builtin("get entries(m: context) -> list of context")
def get_entries(budget: Budget, m: dict[str, Value]) -> Value:
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context(entries: list) -> context")
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


@builtin("get value(m: context, keys: list) -> any")
def get_value_along(budget: Budget, m: dict[str, Value], keys: list[Value]) -> Value:
    """The value that a path of keys leads to."""
    value: Value = m
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str) or key not in value:
            return _unfit("get value: the keys lead to nothing", budget)
        value = value[key]
    return value


@builtin("context put(context: context, key: string, value: any) -> context")
def context_put(budget: Budget, m: dict[str, Value], key: str, value: Value) -> Value:
    return {**m, key: value}


@builtin("context put(context: context, keys: list, value: any) -> context")
def context_put_along(budget: Budget, m: dict[str, Value], keys: list[Value], value: Value) -> Value:
    """The context with a value put where a path of keys leads; a context is made for a key that is not there."""
    if not keys or len(keys) > budget.limits.depth or not all(isinstance(key, str) for key in keys):
        return _unfit("context put: the keys must be texts, and one at least", budget)
    made: dict[str, Value] = dict(m)
    inner = made
    for key in keys[:-1]:
        held = inner.get(key) if key in inner else {}  # type: ignore[arg-type]
        if not isinstance(held, dict):
            return _unfit(f"context put: '{key}' is no context", budget)
        budget.charge_items(len(held))
        inner[key] = dict(held)  # type: ignore[index]
        inner = inner[key]  # type: ignore[index,assignment]
    inner[keys[-1]] = value  # type: ignore[index]
    return made


@builtin("context merge(contexts: list) -> context")
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
