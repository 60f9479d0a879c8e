"""What the scoring rules share: the answers given, and rounding as a person would."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

Answers = Sequence[int | None]
"""One entry an item, in order; None where the item was left unanswered."""


def given(answers: Answers) -> list[int]:
    """The answers without the unanswered items."""
    return [answer for answer in answers if answer is not None]


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Half up to so many decimals, without trailing zeros: 42.222 gives 42.22, 40.00 gives 40."""
    exact = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()
