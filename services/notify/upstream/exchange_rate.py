"""The events of exchange rates, as far as rules may be about them."""

# ruff: noqa: D101 -- the producers say what their events mean; here only the fields matter

from datetime import date
from decimal import Decimal
from typing import ClassVar

from services.notify.upstream.event import Upstream


class ExchangeRateSet(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "exchange_rate"

    currency: str
    base: str
    day: date
    rate: Decimal
    previous: Decimal | None = None
