"""Built-in functions on lists; positions count from 1, or from the end when negative."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import TypeAlias

from engine.feel.functions.numbers import sqrt
from engine.feel.functions.registry import builtin
from engine.feel.limits import Budget
from engine.feel.operators import add, divide, equal, multiply, order
from engine.feel.values import Function, Range, Value, kind_of, number

_Items: TypeAlias = list[Value]


def same(left: Value, right: Value, budget: Budget) -> bool:
    """Whether two items are the same for a list function: null is null, and kinds never mix."""
    return type(left) is type(right) and equal(left, right, budget) is True


class Seen:
    """The distinct values met so far; plain values by hash, nested ones one by one."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._plain: set[tuple[str, object]] = set()
        self._nested: _Items = []

    def is_new(self, value: Value) -> bool:
        """Whether the value was not met before; it counts as met from now on."""
        if isinstance(value, (list, dict, Range, Function)):
            if any(same(value, other, self._budget) for other in self._nested):
                return False
            self._nested.append(value)
            return True
        key = (kind_of(value), value)
        known = key in self._plain
        self._plain.add(key)
        return not known


@builtin("list contains(list: list, element: any) -> boolean")
def list_contains(budget: Budget, values: _Items, element: Value) -> Value:
    return any(same(value, element, budget) for value in values)


@builtin("count(list...: list) -> number")
def count(budget: Budget, values: _Items) -> Value:
    return number(len(values))


@builtin("min(list...: list) -> item")
def min_(budget: Budget, values: _Items) -> Value:
    return _extreme(values, -1, budget)


@builtin("max(list...: list) -> item")
def max_(budget: Budget, values: _Items) -> Value:
    return _extreme(values, 1, budget)


def _extreme(values: _Items, sign: int, budget: Budget) -> Value:
    if not values:
        return None
    best = values[0]
    for value in values:
        position = order(value, best, budget)
        if position is None:
            return None
        best = value if position == sign else best
    return best


def _folded(values: _Items, operation: Callable[[Value, Value, Budget], Value], budget: Budget) -> Value:
    if not values or any(kind_of(value) != kind_of(values[0]) for value in values):
        budget.warn("the list is empty or mixes kinds")
        return None
    result = values[0]
    for value in values[1:]:
        result = operation(result, value, budget)
    return result


def _all_numbers(values: _Items, budget: Budget) -> bool:
    fits = bool(values) and all(kind_of(value) == "number" for value in values)
    if not fits:
        budget.warn("the list must hold numbers only, and at least one")
    return fits


@builtin("sum(list...: list) -> item")
def sum_(budget: Budget, values: _Items) -> Value:
    if not values or kind_of(values[0]) not in (
        "number",
        "days and time duration",
        "years and months duration",
    ):
        budget.warn("sum: the list must hold numbers or durations, and at least one")
        return None
    return _folded(values, add, budget)


@builtin("product(list...: list) -> number")
def product(budget: Budget, values: _Items) -> Value:
    return _folded(values, multiply, budget) if _all_numbers(values, budget) else None


@builtin("mean(list...: list) -> item")
def mean(budget: Budget, values: _Items) -> Value:
    total = sum_(budget, values)
    return None if total is None else divide(total, number(len(values)), budget)


@builtin("median(list...: list) -> item")
def median(budget: Budget, values: _Items) -> Value:
    if not _all_numbers(values, budget):
        return None
    ordered = sorted(value for value in values if isinstance(value, Decimal))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return divide(add(ordered[middle - 1], ordered[middle], budget), number(2), budget)


@builtin("stddev(list...: list) -> number")
def stddev(budget: Budget, values: _Items) -> Value:
    """The sample standard deviation, with n - 1 degrees of freedom."""
    if not _all_numbers(values, budget) or len(values) < 2:
        return None
    budget.charge(4 * len(values))
    centre = mean(budget, values)
    squares: _Items = []
    for value in values:
        distance = add(value, multiply(centre, number(-1), budget), budget)
        squares.append(multiply(distance, distance, budget))
    variance = divide(_folded(squares, add, budget), number(len(values) - 1), budget)
    return sqrt(budget, variance) if isinstance(variance, Decimal) else None


@builtin("mode(list...: list) -> list of number")
def mode(budget: Budget, values: _Items) -> Value:
    """The most frequent numbers, in ascending order."""
    if not values:
        return []
    if not _all_numbers(values, budget):
        return None
    counts = Counter(value for value in values if isinstance(value, Decimal))
    most = max(counts.values())
    return [*sorted(value for value, times in counts.items() if times == most)]


@builtin("all(list...: list) -> boolean")
def all_(budget: Budget, values: _Items) -> Value:
    return _three_valued(values, False)


@builtin("any(list...: list) -> boolean")
def any_(budget: Budget, values: _Items) -> Value:
    return _three_valued(values, True)


def _three_valued(values: _Items, decisive: bool) -> bool | None:
    if any(value is decisive for value in values):
        return decisive
    return not decisive if all(isinstance(value, bool) for value in values) else None


@builtin("sublist(list: list, start position: integer, length?: integer) -> list")
def sublist(budget: Budget, values: _Items, start: int, length: int | None = None) -> Value:
    first = _index(values, start, budget)
    if first is None or (length is not None and not 0 <= length <= len(values) - first):
        return None
    return values[first:] if length is None else values[first : first + length]


def _index(values: _Items, position: int, budget: Budget) -> int | None:
    if position == 0 or abs(position) > len(values):
        budget.warn(f"the list of {len(values)} has no position {position}")
        return None
    return position - 1 if position > 0 else len(values) + position


@builtin("append(list: list, items...: list) -> list with items")
def append(budget: Budget, values: _Items, items: _Items) -> Value:
    return [*values, *items]


@builtin("concatenate(lists...: list) -> lists")
def concatenate(budget: Budget, lists: _Items) -> Value:
    joined: _Items = []
    for values in lists:
        part = values if isinstance(values, list) else [values]
        budget.charge_items(len(joined) + len(part))
        joined.extend(part)
    return joined


@builtin("insert before(list: list, position: integer, newItem: any) -> list with items")
def insert_before(budget: Budget, values: _Items, position: int, item: Value) -> Value:
    index = _index(values, position, budget)
    return None if index is None else [*values[:index], item, *values[index:]]


@builtin("remove(list: list, position: integer) -> list")
def remove(budget: Budget, values: _Items, position: int) -> Value:
    index = _index(values, position, budget)
    return None if index is None else values[:index] + values[index + 1 :]


@builtin("list replace(list: list, position: integer, newItem: any) -> list with items")
def list_replace(budget: Budget, values: _Items, position: int, item: Value) -> Value:
    index = _index(values, position, budget)
    return None if index is None else [*values[:index], item, *values[index + 1 :]]


@builtin("list replace(list: list, match: function, newItem: any) -> list with items")
def list_replace_matching(budget: Budget, values: _Items, match: Function, new: Value) -> Value:
    """The list with each item replaced for which `match(item, newItem)` is true."""
    if len(match.parameters) != 2:
        budget.warn("list replace: the function must take two items")
        return None
    made: _Items = []
    for item in values:
        budget.charge(1)
        wanted = match.call([item, new])
        if not isinstance(wanted, bool):
            budget.warn("list replace: the function must give true or false")
            return None
        made.append(new if wanted else item)
    return made


@builtin("reverse(list: list) -> list")
def reverse(budget: Budget, values: _Items) -> Value:
    return values[::-1]


@builtin("index of(list: list, match: any) -> list of number")
def index_of(budget: Budget, values: _Items, match: Value) -> Value:
    return [number(index + 1) for index, value in enumerate(values) if same(value, match, budget)]


@builtin("distinct values(list: list) -> list")
def distinct_values(budget: Budget, values: _Items) -> Value:
    seen = Seen(budget)
    return [value for value in values if seen.is_new(value)]


@builtin("union(lists...: list) -> lists")
def union(budget: Budget, lists: _Items) -> Value:
    joined = concatenate(budget, lists)
    assert isinstance(joined, list)
    return distinct_values(budget, joined)


@builtin("flatten(list: list) -> list of Any")
def flatten(budget: Budget, values: _Items) -> Value:
    flat: _Items = []
    _flatten(values, flat, budget, 0)
    return flat


def _flatten(values: _Items, flat: _Items, budget: Budget, depth: int) -> None:
    budget.check_depth(depth)
    budget.charge(len(values))
    for value in values:
        if isinstance(value, list):
            _flatten(value, flat, budget, depth + 1)
        else:
            flat.append(value)
    if len(flat) > budget.limits.items:
        budget.charge_items(len(flat))


@builtin("sort(list: list, precedes?: function) -> list")
def sort(budget: Budget, values: _Items, precedes: Function | None = None) -> Value:
    """The list in order, where `precedes(a, b)` says that a comes before b; null when items have no order."""
    if precedes is not None and len(precedes.parameters) != 2:
        budget.warn("sort: the function must take two items")
        return None
    unordered = False

    def position(left: Value, right: Value) -> int:
        nonlocal unordered
        budget.charge(1)
        if precedes is not None:
            return -1 if precedes.call([left, right]) is True else int(precedes.call([right, left]) is True)
        found = order(left, right, budget)
        unordered = unordered or found is None
        return found or 0

    ordered = sorted(values, key=cmp_to_key(position))
    return None if unordered else ordered
