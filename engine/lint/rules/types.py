"""Expressions read names that something writes, and values of kinds that have an answer where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from engine.catalogue import Catalogue
from engine.feel.static import NEVER_TRUE, UNKNOWN_NAME, Problem
from engine.feel.static import check as check_tree
from engine.functions import SIGNATURES
from engine.lint.diagram import Diagram, Sources
from engine.lint.finding import Finding, Severity
from engine.lint.places import Place, places
from engine.lint.rules.rule import Rule, owned

NAME = "types"
_HINT = "see docs/pathways.md for what the place takes"


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    if sources.catalogue is not None:  # a bundle alone does not hold all that writes facts
        for place in places(diagram):
            yield from _in_place(diagram, place, sources.catalogue)


def _in_place(diagram: Diagram, place: Place, catalogue: Catalogue) -> Iterator[Finding]:
    checked = check_tree(place.expression.tree, catalogue.names, signatures=SIGNATURES)
    for problem in checked.problems:
        severity, character = severity_of(problem, catalogue), place.offset + problem.start
        yield owned(diagram, place.element, NAME, severity, problem.message, problem.hint, place.text, character)
    if place.kinds and checked.type.is_known and checked.type.kind not in place.kinds:
        message = f"gives a {checked.type}, and a {' or '.join(place.kinds)} is needed"
        yield owned(diagram, place.element, NAME, "error", message, _HINT, place.text, place.offset)


def severity_of(problem: Problem, catalogue: Catalogue) -> Severity:
    """A comparison that is never true runs, as its author may have meant; all else is null whatever happens.

    A diagram without any form beside it is a draft, whose facts may come yet; and a form that cannot be read may write
    the name that nothing else writes.
    """
    draft = problem.check == UNKNOWN_NAME and (not catalogue.forms or bool(catalogue.unread))
    return "warning" if draft or problem.check == NEVER_TRUE else "error"


RULE = Rule(NAME, "Names exist and values are of kinds that have an answer.", check)
