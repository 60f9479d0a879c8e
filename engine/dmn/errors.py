"""Every way a decision table is refused, or has no single answer.

DmnError
├── DmnSyntaxError     the file is not DMN, or a cell is not FEEL: which file, decision, rule, cell, why
├── DmnUnsupported     a part of DMN that is not run here, by name
└── DecisionConflict   a table broke the promise of its hit policy while deciding
"""

from __future__ import annotations


class DmnError(Exception):
    """Base of all refusals; `code` is stable."""

    code = "dmn.error"


class DmnSyntaxError(DmnError):
    """A part of a decision that cannot be read; `rule` and `cell` are empty when it is not in a rule."""

    code = "dmn.syntax"

    def __init__(self, file: str, decision: str, rule: str, cell: str, reason: str) -> None:
        super().__init__(file, decision, rule, cell, reason)
        self.file = file
        self.decision = decision
        self.rule = rule
        self.cell = cell
        self.reason = reason

    def __str__(self) -> str:
        where = [f"decision '{self.decision}'"] if self.decision else []
        where += [f"rule '{self.rule}'"] if self.rule else []
        where += [self.cell] if self.cell else []
        return f"{self.file}: {', '.join(where)}: {self.reason}" if where else f"{self.file}: {self.reason}"


class DmnUnsupported(DmnError):
    """A decision that is not a decision table; `element` is its id, `kind` what it is."""

    code = "dmn.unsupported"

    def __init__(self, file: str, element: str, kind: str) -> None:
        super().__init__(file, element, kind)
        self.file = file
        self.element = element
        self.kind = kind

    def __str__(self) -> str:
        return f"{self.file}: '{self.element}' is {self.kind}, which is not run; write a decisionTable"


class DecisionConflict(DmnError):
    """Rules that match together though the hit policy forbids it; `rules` are their ids."""

    code = "dmn.conflict"

    def __init__(self, decision: str, policy: str, rules: tuple[str, ...], reason: str) -> None:
        super().__init__(decision, policy, rules, reason)
        self.decision = decision
        self.policy = policy
        self.rules = rules
        self.reason = reason

    def __str__(self) -> str:
        names = " and ".join(f"'{rule}'" for rule in self.rules)
        return f"decision '{self.decision}' ({self.policy}): rules {names} {self.reason}"
