"""What one case's diagram, table or facts can make go wrong: it stops that case, and no other."""

from __future__ import annotations

from sqlalchemy.exc import DataError, IntegrityError

from engine.errors import ThroughlineError
from engine.processes import ProcessFault

# A database that is away is not among them: it stops all.
FAULTS_OF_A_CASE = (
    ThroughlineError,
    ProcessFault,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    DataError,
    IntegrityError,
)
