"""What may be asked of the exchange rates of a currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from shared.domain import Command


class SetExchangeRate(Command, frozen=True, kw_only=True):
    """From `day` on one unit of `currency` is worth `rate` units of `base`."""

    currency: str
    base: str
    day: date
    rate: Decimal


ExchangeRateCommand = SetExchangeRate
