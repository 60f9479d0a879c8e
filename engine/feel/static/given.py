"""Arguments that show a fault by themselves: a date that is none, a pattern that cannot be used, an item never held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from engine.feel.errors import FeelError
from engine.feel.functions import BUILTINS, Builtin, invoke
from engine.feel.functions.clock import CLOCK_FUNCTIONS
from engine.feel.functions.registry import Parameter
from engine.feel.limits import Budget
from engine.feel.nodes import Literal, Node, Span
from engine.feel.patterns import UnfitPattern, compiled
from engine.feel.static.comparisons import check_test
from engine.feel.static.problems import WRONG_TYPE
from engine.feel.static.types import Type

if TYPE_CHECKING:
    from engine.feel.static.inference import Site

_WITH_PATTERN: Final = {"matches": "pattern", "replace": "pattern", "split": "delimiter"}
_SEARCHING: Final = ("list contains", "index of")


def check_given(form: Builtin, given: Sequence[tuple[Parameter, Type, Node]], span: Span, site: Site) -> None:
    """Report what the arguments of a built-in function show already, whatever the facts are."""
    if form not in BUILTINS.get(form.name, ()):
        return
    if form.name in _SEARCHING:
        check_test(given[1][1], "", given[0][1], span, site)
    elif form.name in _WITH_PATTERN:
        _check_pattern(form, given, site)
    elif form.name not in CLOCK_FUNCTIONS and given and all(isinstance(node, Literal) for _, _, node in given):
        _check_constants(form, [node.value for _, _, node in given if isinstance(node, Literal)], span, site)


def _check_constants(form: Builtin, values: list[object], span: Span, site: Site) -> None:
    """A call of constants is made: where it has no answer now, it never has."""
    budget = Budget()
    try:
        answer = invoke((form,), values, budget)  # type: ignore[arg-type]
    except FeelError as error:
        site.report(WRONG_TYPE, span, str(error), f"it is {form.signature}")
        return
    if answer is None and budget.unplaced and None not in values:
        site.report(WRONG_TYPE, span, budget.unplaced[0], f"it is {form.signature}")


def _check_pattern(form: Builtin, given: Sequence[tuple[Parameter, Type, Node]], site: Site) -> None:
    written = {parameter.name: node for parameter, _, node in given}
    pattern, flags = written.get(_WITH_PATTERN[form.name]), written.get("flags")
    if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
        return
    known = isinstance(flags, Literal) and isinstance(flags.value, str)
    try:
        compiled(pattern.value, flags.value if known else "")  # type: ignore[union-attr,arg-type]
    except UnfitPattern as error:
        hint = "see the reference for regular expressions"
        site.report(WRONG_TYPE, pattern.span, f"{form.name}: the pattern cannot be used: {error}", hint)
