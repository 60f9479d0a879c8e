"""Every way an expression is refused: one tree, each with a stable code and what to do about it.

FeelError
├── FeelSyntaxError       the text is not FEEL: where, why, and a hint
├── FeelUnknownFunction   a function that does not exist here, found when compiling
└── FeelLimitError        a bound of `Limits` was reached, when compiling or evaluating
"""

from __future__ import annotations


class FeelError(Exception):
    """Base of all refusals; `code` is stable, `message` is for people."""

    code = "feel.error"

    @property
    def message(self) -> str:
        """The sentence to show to the author of the expression."""
        return str(self)


class FeelSyntaxError(FeelError):
    """The text cannot be read as FEEL; `position` is the 0-based offset of the first offending character."""

    code = "feel.syntax"

    def __init__(self, position: int, reason: str, hint: str = "") -> None:
        super().__init__(position, reason, hint)
        self.position = position
        self.reason = reason
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.reason} (character {self.position + 1})"
        return f"{text}; {self.hint}" if self.hint else text


class FeelUnknownFunction(FeelError):
    """A call of a function that is neither built in nor given by the caller; `position` is where its name starts."""

    code = "feel.unknown_function"

    def __init__(self, name: str, hint: str = "", position: int = 0) -> None:
        super().__init__(name, hint, position)
        self.name = name
        self.hint = hint
        self.position = position

    def __str__(self) -> str:
        text = f"no function '{self.name}' (character {self.position + 1})"
        return f"{text}; {self.hint}" if self.hint else text


class FeelLimitError(FeelError):
    """An expression asked for more than a bound of `Limits` allows; `limit` names the bound.

    `span` is the part that asked, from its first character to the one after its last, where that is known.
    """

    code = "feel.limit"
    span: tuple[int, int] | None = None

    def __init__(self, limit: str, allowed: int, hint: str = "") -> None:
        super().__init__(limit, allowed, hint)
        self.limit = limit
        self.allowed = allowed
        self.hint = hint

    def __str__(self) -> str:
        text = f"the expression goes beyond the {self.limit} limit of {self.allowed:,}"
        text += f" (character {self.span[0] + 1})" if self.span else ""
        return f"{text}; {self.hint}" if self.hint else text
