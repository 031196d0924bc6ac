"""What happens to an exchange rate: the stored and published format; one stream per currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from shared.domain import Event


class ExchangeRateSet(Event, frozen=True, kw_only=True):
    """From this day on one unit of `currency` is worth `rate` units of `base`, the company's own currency.

    A day that has a rate already gets another one; what was converted before keeps its own.
    """

    currency: str
    base: str
    day: date
    rate: Decimal
    previous: Decimal | None = None


ExchangeRateEvent = ExchangeRateSet
