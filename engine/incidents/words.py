"""What of a fault is told: words for people that name what to mend, and nothing that is known about the patient."""

from __future__ import annotations

from engine.dmn import DmnError
from engine.dmn.errors import DecisionConflict, DecisionMisfit
from engine.errors import DefinitionError, ExpressionFailed, InvalidInput, Refused
from engine.feel import FeelError
from engine.processes import ProcessFault

LONGEST_MESSAGE = 500


def code_of(error: BaseException) -> str:
    """The kind of a fault, in one word that stays."""
    if isinstance(error, DefinitionError):
        return error.rule
    if isinstance(error, InvalidInput):
        return "operation"
    if isinstance(error, Refused):
        return "endless"
    return "unexpected"


def words_of(error: BaseException) -> str:
    """Why it failed, without any value that it met: those stand in the patient's record, not here."""
    found = _words(error)
    return found if len(found) <= LONGEST_MESSAGE else found[: LONGEST_MESSAGE - 1] + "…"


def _words(error: BaseException) -> str:
    if isinstance(error, ExpressionFailed) and error.words is not None:
        return error.words
    cause = error.__cause__
    if isinstance(error, DefinitionError):
        if isinstance(cause, DmnError | FeelError):
            return _words(cause)
        return "an expression of the diagram has no usable value"
    if isinstance(error, DecisionMisfit):
        return f"the table of '{error.decision}' met a value that its {error.column.partition(' ')[0]} does not take"
    if isinstance(error, DecisionConflict):
        rules = " and ".join(f"'{rule}'" for rule in error.rules)
        return f"the table of '{error.decision}' ({error.policy}): rules {rules} match together"
    if isinstance(error, DmnError):
        return "a decision could not be made"
    if isinstance(error, FeelError):
        return f"an expression could not be worked out ({error.code})"
    if isinstance(error, InvalidInput):
        return f"the operation does not take what the diagram gives it for: {', '.join(sorted(error.errors))}"
    if isinstance(error, Refused):
        return error.message
    if isinstance(error, ProcessFault):
        return "what was kept of the process does not fit its diagram"
    return f"the engine met an error that it has no words for ({type(error).__name__}); tell who runs it"
