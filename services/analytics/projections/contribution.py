"""How much one deal contributes to a number, said by the number's measure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from services.analytics.domain.measure.measure import PerDeal
from services.analytics.projections.coins import Worth
from services.analytics.projections.deal_list import Behind
from services.analytics.projections.report import Question
from services.analytics.projections.selection import over_stays
from services.analytics.projections.won_products import LINES, shares

Clock = Literal["latest", "cumulative", "current_age"]
CLOSED = ("won", "lost")
SECONDS_A_DAY = Decimal(86_400)
OF_STAYS = frozenset({"stays", "re_entries", "days_in_stage"})
# $17 the deals, $18 a stage, $19 an outcome, $20 only first stays, $21 only those that began in the period.
STAYS = over_stays("""
SELECT st.deal_id, count(*) AS stays, count(*) FILTER (WHERE st.again) AS re_entries,
  extract(epoch FROM (array_agg(st.left_at - st.entered_at ORDER BY st.number DESC)
    FILTER (WHERE st.left_at IS NOT NULL))[1]) AS latest,
  extract(epoch FROM sum(st.left_at - st.entered_at)) AS cumulative
FROM stays st
WHERE st.deal_id = ANY($17) AND ($18::text IS NULL OR st.stage_key = $18) AND ($19::text IS NULL OR st.outcome = $19)
  AND NOT ($20::boolean AND st.again) AND (NOT $21::boolean OR st.entered_in_period)
GROUP BY st.deal_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """`value` goes into the sum; for a ratio or a mean into what is divided, and `whole` into what it is divided by.

    Both are decimal strings; `currency` where they are money. For a median, percentile or limit, `value` is one of
    the values that it is of.
    """

    value: str
    whole: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How deals are read: in which money, at which `now` and by whose days; `products`: whose share is asked for.

    `stays`: of each deal what of its stays was counted.
    """

    worth: Worth
    now: datetime
    zone: ZoneInfo
    products: Collection[UUID]
    clock: Clock
    stays: Mapping[UUID, Any]


async def stays_behind(question: Question, behind: Behind, deals: Sequence[UUID]) -> dict[UUID, Any]:
    """How often these deals stayed as was counted, how often again, and the seconds of the last and of all stays."""
    stage = behind.left or behind.stayed
    narrowed = (stage, behind.outcome, behind.first_time, behind.by == "entered")
    return {row["deal_id"]: row for row in await question.rows(STAYS, deals, *narrowed)}


def contribution_of(per_deal: PerDeal, deal: Any, reading: Reading) -> Contribution | None:
    """A deal's part, from its row in the list behind the number; None where it has none."""
    won = deal["category"] == "won"
    match per_deal:
        case "one":
            return Contribution(value="1")
        case "won_among":
            return Contribution(value=str(int(won)), whole="1")
        case "open_among":
            return Contribution(value=str(int(deal["category"] not in CLOSED)), whole="1")
        case "amount" | "mean_amount" | "weighted" | "won_value_among" | "open_value_among" | "product_share":
            return None if deal["amount"] is None else _money(per_deal, deal, reading)
        case "cycle_days":
            return _days(deal["opened_at"], deal["closed_at"], reading.zone)
        case "days_in_stage":
            return _in_stage(deal, reading)
        case "silent_days":
            return Contribution(
                value=str((_day(reading.now, reading.zone) - _day(deal["changed_at"], reading.zone)).days)
            )
        case "pushes":
            return Contribution(value=str(deal["pushes"]))
        case "stays" | "re_entries":
            return Contribution(value=str(reading.stays[deal["id"]][per_deal]) if deal["id"] in reading.stays else "0")
        case _:
            assert_never(per_deal)


def _money(per_deal: PerDeal, deal: Any, reading: Reading) -> Contribution:
    if per_deal == "product_share":
        return _share(deal, reading)
    amount, currency = reading.worth.of(deal)
    match per_deal:
        case "weighted":
            chance = Decimal(100 if deal["category"] == "won" else deal["probability"]) / 100
            return Contribution(value=f"{(amount * chance).normalize():f}", currency=currency)
        case "won_value_among":
            return _among(amount, currency, counts=deal["category"] == "won")
        case "open_value_among":
            return _among(amount, currency, counts=deal["category"] not in CLOSED)
        case "mean_amount":
            return Contribution(value=f"{amount:f}", whole="1", currency=currency)
        case _:
            return Contribution(value=f"{amount:f}", currency=currency)


def _among(amount: Decimal, currency: str | None, *, counts: bool) -> Contribution:
    return Contribution(value=f"{amount:f}" if counts else "0", whole=f"{amount:f}", currency=currency)


def _share(deal: Any, reading: Reading) -> Contribution:
    """The part of the amount that the products asked for have; all of it where deals without products are asked for."""
    lines, wanted = LINES.decode(deal["lines"]), {str(product) for product in reading.products}
    parts = shares(deal["amount"], deal["currency"], lines)
    amount = sum((part for product, part in parts if product in wanted), Decimal(0)) if wanted else deal["amount"]
    return Contribution(value=f"{amount:f}", currency=deal["currency"])


def _days(begun: datetime, ended: datetime | None, zone: ZoneInfo) -> Contribution | None:
    if ended is None:
        return None
    return Contribution(value=str((_day(ended, zone) - _day(begun, zone)).days), whole="1")


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _in_stage(deal: Any, reading: Reading) -> Contribution | None:
    """Days of 24 hours of what was left; calendar days of where it is now."""
    if reading.clock == "current_age":
        return _days(deal["entered_at"], reading.now, reading.zone)
    stay = reading.stays.get(deal["id"])
    if stay is None or stay[reading.clock] is None:
        return None
    return Contribution(value=f"{(stay[reading.clock] / SECONDS_A_DAY).normalize():f}", whole="1")
