"""How much of one UCUM unit another is, as the Unified Code for Units of Measure defines them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from threading import Lock
from typing import Any

from care.errors import UnitError

# As many digits as a double carries safely: 1 lb is then 0.45359237 kg, not 0.45359237000000004.
_DIGITS = 12
# The registry of units is not whole while it is built, and each unit that it reads first may add to it.
_ONE_AT_A_TIME = Lock()


@cache
def factor(unit: str, into: str) -> Decimal:
    """By what a value in `unit` is multiplied to be one in `into`; raises UnitError.

    For units of one kind that begin at the same zero. What takes chemistry (mmol/L into mg/dL) is not UCUM's.
    """
    if unit == into:
        return Decimal(1)
    from pint.errors import PintTypeError

    try:
        with _ONE_AT_A_TIME:
            ratio = (_quantity(unit) / _quantity(into)).to("").magnitude
    except PintTypeError as error:
        raise UnitError(f"'{unit}' and '{into}' do not measure the same kind of thing from the same zero") from error
    return Decimal(f"{ratio:.{_DIGITS}g}")


def _quantity(unit: str) -> Any:
    from ucumvert.parser import InvalidUcumError

    try:
        return _registry().from_ucum(unit)
    except InvalidUcumError as error:
        raise UnitError(f"'{unit}' is not a unit of UCUM") from error


@cache
def _registry() -> Any:
    # A third of a second, which only the first conversion of a process has to wait for.
    from ucumvert import PintUcumRegistry

    return PintUcumRegistry()
