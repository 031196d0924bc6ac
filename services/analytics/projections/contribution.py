"""How much one deal contributes to a number, said by the number's measure; pure."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.analytics.domain.measure.measure import Measure
from services.analytics.projections.deal_list import CountedDeal


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """`value` goes into the sum; for a ratio into what is divided, and `whole` into what it is divided by.

    Both are decimal strings; `currency` where they are money. For a mean or a percentile, `value` is one of its values.
    """

    value: str
    whole: str | None = None
    currency: str | None = None


def contribution_of(measure: Measure, deal: CountedDeal, zone: ZoneInfo) -> Contribution | None:
    """A deal's part; None where it has none, or the measure counts stays: their events are listed."""
    if measure.key == "win_rate":
        return Contribution(value=_one(deal.category == "won"), whole="1")
    if measure.key == "win_rate_by_value":
        return _by_value(deal)
    if measure.key.startswith("sales_cycle"):
        return _days(deal, zone)
    if measure.kind == "money":
        return None if deal.amount is None else Contribution(value=deal.amount.amount, currency=deal.amount.currency)
    return Contribution(value="1") if measure.unit == "deals" else None


def _by_value(deal: CountedDeal) -> Contribution | None:
    if deal.amount is None:
        return None
    won = deal.amount.amount if deal.category == "won" else "0"
    return Contribution(value=won, whole=deal.amount.amount, currency=deal.amount.currency)


def _days(deal: CountedDeal, zone: ZoneInfo) -> Contribution | None:
    if deal.closed_at is None:
        return None
    opened, closed = (at.astimezone(zone).date() for at in (deal.opened_at, deal.closed_at))
    return Contribution(value=str((closed - opened).days))


def _one(counts: object) -> str:
    return "1" if counts else "0"
