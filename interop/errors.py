"""Everything that reading from other systems can run into, as one tree.

InteropError            code and message: what is wrong and where
├── UnusableElement     an element of a resource cannot be used; names the element
└── UnusableFile        a file cannot be used; the reason is for the import's report
"""

from __future__ import annotations


class InteropError(Exception):
    """Base of what `interop` raises."""

    code = "interop"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UnusableElement(InteropError):
    """An element of a FHIR resource cannot be used: `element` is its path, `problem` what to mend."""

    code = "interop.element"

    def __init__(self, element: str, problem: str) -> None:
        super().__init__(f"{element}: {problem}")
        self.element, self.problem = element, problem


class UnusableFile(InteropError):
    """A whole file cannot be used, for the `reason` given."""

    code = "interop.file"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
