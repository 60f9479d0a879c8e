"""Every way a file of decisions is refused, or a decision has no single answer.

DmnError
├── DmnSyntaxError         the file is not DMN, or a part of it is not FEEL: which file, decision, rule, cell, why
├── DmnUnsupported         a part of DMN that is not run here, by name, and what to draw instead
└── DecisionConflict       a table broke the promise of its hit policy while deciding
    └── DecisionMisfit     a value that a column does not take: which column, which value, what it takes
"""

from __future__ import annotations


class DmnError(Exception):
    """Base of all refusals; `code` is stable."""

    code = "dmn.error"


class DmnSyntaxError(DmnError):
    """A part of a decision that cannot be read; `rule` and `cell` are empty when it is not in a rule.

    `kind` says what `decision` is the id of, where that is no decision; `expression` is the text that cannot be read,
    where it is one.
    """

    code = "dmn.syntax"

    def __init__(
        self,
        file: str,
        decision: str,
        rule: str,
        cell: str,
        reason: str,
        *,
        kind: str = "decision",
        expression: str = "",
    ) -> None:
        super().__init__(file, decision, rule, cell, reason)
        self.file = file
        self.decision = decision
        self.rule = rule
        self.cell = cell
        self.reason = reason
        self.kind = kind
        self.expression = expression

    def __str__(self) -> str:
        where = [f"{self.kind} '{self.decision}'"] if self.decision else []
        where += [f"rule '{self.rule}'"] if self.rule else []
        where += [self.cell] if self.cell else []
        return f"{self.file}: {', '.join(where)}: {self.reason}" if where else f"{self.file}: {self.reason}"


class DmnUnsupported(DmnError):
    """A part of DMN that is not run; `element` is its id, `kind` what it is, `hint` what to do about it."""

    code = "dmn.unsupported"

    def __init__(self, file: str, element: str, kind: str, hint: str = "write a decisionTable") -> None:
        super().__init__(file, element, kind, hint)
        self.file = file
        self.element = element
        self.kind = kind
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.file}: '{self.element}' is {self.kind}, which is not run; {self.hint}"


class DecisionConflict(DmnError):
    """Rules that match together though the hit policy forbids it; `rules` are their ids.

    `decision` is the id of the decision or function whose logic the table is part of.
    """

    code = "dmn.conflict"

    def __init__(self, file: str, decision: str, policy: str, rules: tuple[str, ...], reason: str) -> None:
        super().__init__(file, decision, policy, rules, reason)
        self.file = file
        self.decision = decision
        self.policy = policy
        self.rules = rules
        self.reason = reason

    def __str__(self) -> str:
        names = " and ".join(f"'{rule}'" for rule in self.rules)
        return f"{self.file}: table of '{self.decision}' ({self.policy}): rules {names} {self.reason}"


class DecisionMisfit(DecisionConflict):
    """A value that a column does not take; `column` is "input 'Age'" or "output 'plan'", `value` its text."""

    code = "dmn.misfit"

    def __init__(
        self, file: str, decision: str, policy: str, rule: str, column: str, value: str, reason: str
    ) -> None:
        super().__init__(file, decision, policy, (rule,) if rule else (), reason)
        self.column = column
        self.value = value

    def __str__(self) -> str:
        rule = f"rule '{self.rules[0]}', " if self.rules else ""
        return f"{self.file}: table of '{self.decision}': {rule}{self.column}: {self.value} {self.reason}"
