"""What an amount is worth in the company's own currency on the day of an event; kept in the event, never redone."""

from __future__ import annotations

from collections.abc import Mapping

from services.pipeline.domain.deal.events import Converted
from services.pipeline.domain.exchange_rate.rate import Rate
from services.pipeline.domain.money import Money


def converted(amount: Money | None, rates: Mapping[str, Rate]) -> Converted | None:
    """The amount at the rate of its currency; None where there is no amount, or no rate was known on that day."""
    rate = rates.get(amount.currency) if amount else None
    if amount is None or rate is None:
        return None
    return Converted(amount=rate.worth(amount.amount), currency=rate.base, rate=rate.rate, rate_day=rate.day)
