"""A rate of one day, and what an amount is worth at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

from services.pipeline.domain.money import UNITS

# Amounts have up to 19 digits and rates up to 22: their product is exact before it is rounded to the currency.
EXACT = Context(prec=50)


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `currency` is worth `rate` units of `base`; `day`: the day that the rate was set for."""

    currency: str
    base: str
    rate: Decimal
    day: date

    def worth(self, amount: Decimal) -> Decimal:
        """An amount of `currency` in `base`, rounded half up to its smallest unit."""
        return EXACT.multiply(amount, self.rate).quantize(UNITS[self.base], ROUND_HALF_UP, EXACT)


def own(currency: str, day: date) -> Rate:
    """The company's own currency is worth itself on every day."""
    return Rate(currency, currency, Decimal(1), day)
